const validMs = 15_000;

/**
 * Reads something once for all who ask for it within 15 seconds; a read that fails is repeated for the next.
 *
 * @param now a clock in milliseconds
 */
export function recentReading<T>(
  read: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: Promise<T> | undefined;
  let readAt = 0;
  return () => {
    if (!last || now() - readAt > validMs) {
      const reading = read();
      [last, readAt] = [reading, now()];
      reading.catch(() => {
        if (last === reading) last = undefined;
      });
    }
    return last;
  };
}
