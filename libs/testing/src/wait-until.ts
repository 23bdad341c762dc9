import { setTimeout as pause } from 'node:timers/promises';

/** In milliseconds. Asking without a pause would take the processor from whatever makes the answer come true. */
const pauseMs = 5;

/**
 * Asks again and again until the answer is neither undefined nor false, and gives that answer. It has no limit but the
 * test's own.
 */
export async function waitUntil<T>(probe: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await pause(pauseMs);
  }
}
