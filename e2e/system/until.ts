import { setTimeout as pause } from 'node:timers/promises';

interface Wait {
  /** In milliseconds; it fails when the time is up. */
  readonly within?: number;
  /** From one question to the next, in milliseconds. */
  readonly every?: number;
}

/**
 * Asks again and again until what must become true is true.
 *
 * @param what the end of the sentence "it did not happen that …"
 * @returns what `probe` found: the first answer that is neither undefined nor false
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { within = 10_000, every = 15 }: Wait = {},
): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`within ${within} ms it did not happen that ${what}`);
    await pause(every);
  }
}

/** How long something took, in milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
