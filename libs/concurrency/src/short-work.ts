/** In milliseconds: so long after the last short work, long work has the processor for itself again. */
const expiryMs = 250;

let expiresAt = 0;

/** Notes that there is short work in this process, which somebody waits for: a request for a page, not a batch. */
export function noteShortWork(): void {
  expiresAt = performance.now() + expiryMs;
}

/**
 * Whether there was short work lately. Long work then takes half of the time at most, which costs it less than it costs
 * others to wait.
 */
export const isShortWorkDue = (): boolean => performance.now() < expiresAt;
