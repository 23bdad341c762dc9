import { setTimeout as delay } from 'node:timers/promises';
import { tooLate, upstreamError } from './upstream-failure.js';

const attempts = 4;
const firstPauseMs = 100;
const longestPauseMs = 5000;

/** How many retries one run may still make, over all its requests: a sick upstream gets less load, not more. */
export class RetryBudget {
  constructor(private left: number) {}

  take(): boolean {
    return this.left-- > 0;
  }
}

interface Run {
  readonly budget: RetryBudget;
  /** In milliseconds since 1970. */
  readonly deadline: number;
  /** Aborted when the run has ended. */
  readonly signal: AbortSignal;
}

/**
 * Tries again after a passing failure: with full jitter, no sooner than the upstream asks for, within the budget and
 * before the run's own deadline.
 *
 * @throws Failure of the last attempt
 */
export async function withRetries<T>({ budget, deadline, signal }: Run, attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadline) throw tooLate();
      const { failure, isTransient, retryAfterMs } = upstreamError(error);
      const pauseMs = retryAfterMs + Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** tried);
      if (!isTransient || signal.aborted || tried === attempts || Date.now() + pauseMs >= deadline || !budget.take()) throw failure;
      await delay(pauseMs, undefined, { signal });
    }
  }
}
