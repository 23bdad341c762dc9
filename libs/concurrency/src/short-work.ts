/** In milliseconds: so long after the last short work, long work has the processor for itself again. */
const expiryMs = 250;

let expiresAt = 0;

/** Notes that there is short work in this process, which somebody waits for: a request for a page, not a batch. */
export function noteShortWork(): void {
  expiresAt = performance.now() + expiryMs;
}

/**
 * Whether there was short work lately. Long work then takes a quarter of the time at most: it has several processes on
 * its way, and where they share few processors, they would all compete with the short work.
 */
export const isShortWorkDue = (): boolean => performance.now() < expiresAt;
