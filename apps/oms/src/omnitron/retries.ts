import { setTimeout as delay } from 'node:timers/promises';
import { BackOff } from '@refundry/concurrency';
import { tooLate, upstreamError } from './upstream-failure.js';

const pauses = { minMs: 200, maxMs: 5000 };
/** An upstream that asks for a longer rest than this has none to give today. */
const maxRestMs = 120_000;

/** The part of the budget that a success refills: one retry in five requests can go on for ever. */
const refund = 0.2;

/** How many retries one run may still make, over all its requests: a sick upstream gets less load, not more. */
export class RetryBudget {
  private left: number;

  constructor(private readonly max: number) {
    this.left = max;
  }

  spend(): boolean {
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }

  refill(): void {
    this.left = Math.min(this.max, this.left + refund);
  }
}

interface Run {
  readonly budget: RetryBudget;
  /** How often a request is tried at the most. */
  readonly attempts: number;
  /** In milliseconds since 1970. */
  readonly deadline: number;
  /** Aborted when the run has ended. */
  readonly signal: AbortSignal;
  /** Called before each retry. */
  readonly onTrouble?: () => void;
}

/**
 * Tries again after a passing failure: with full jitter, no sooner than the upstream asks for, within the budget and
 * before the run's own deadline.
 *
 * @throws Failure of the last attempt
 */
export async function withRetries<T>(
  { budget, attempts, deadline, signal, onTrouble }: Run,
  attempt: () => Promise<T>,
): Promise<T> {
  const backOff = new BackOff(pauses);
  for (let tried = 1; ; tried++) {
    try {
      const result = await attempt();
      budget.refill();
      return result;
    } catch (error) {
      if (Date.now() >= deadline) throw tooLate();
      const { failure, isTransient, retryAfterMs } = upstreamError(error);
      const pauseMs = retryAfterMs + Math.random() * backOff.next();
      const isHopeless =
        !isTransient ||
        signal.aborted ||
        tried === attempts ||
        retryAfterMs > maxRestMs ||
        Date.now() + pauseMs >= deadline;
      if (isHopeless || !budget.spend()) throw failure;
      onTrouble?.();
      await delay(pauseMs, undefined, { signal }).catch(() => {
        throw tooLate();
      });
    }
  }
}
