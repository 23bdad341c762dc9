const [second, minute, hour] = [1000, 60_000, 3_600_000];
/** The pause before each attempt, in milliseconds, after the one before. */
const pausesMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
const jitter = 0.1;
const maxRetryAfterMs = 24 * hour;

interface FailedAttempt {
  /** How many attempts there were since the delivery was queued. */
  readonly attempts: number;
  /** The pause that the receiver asked for; 0 where it did not. */
  readonly retryAfterMs: number;
}

/**
 * The pause before the next attempt, in milliseconds: that of the schedule, 10 % more or less, or what the receiver
 * asks for where that is longer, a day at most. @returns undefined after the last attempt
 */
export function nextPauseMs({ attempts, retryAfterMs }: FailedAttempt, random: () => number): number | undefined {
  const pauseMs = pausesMs[attempts];
  if (pauseMs === undefined) return undefined;
  const jittered = pauseMs * (1 + jitter * (2 * random() - 1));
  return Math.round(Math.max(jittered, Math.min(retryAfterMs, maxRetryAfterMs)));
}
