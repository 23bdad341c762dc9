import { SingleFlight } from '@refundry/concurrency';

const validMs = 15_000;

/**
 * Reads something once for all callers within 15 seconds; a read that fails is repeated for the next.
 *
 * @param now a clock in milliseconds
 */
export function recentReading<T>(
  read: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { readonly at: number; readonly value: T } | undefined;
  const readings = new SingleFlight(async () => {
    const at = now();
    last = { at, value: await read() };
    return last;
  });
  return async () => {
    const { value } = last && now() - last.at <= validMs ? last : await readings.run();
    return value;
  };
}
