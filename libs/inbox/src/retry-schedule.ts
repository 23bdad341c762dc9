const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** The pauses before further attempts, in milliseconds: an event is given up in some five and a half hours. */
export const defaultPausesMs: readonly number[] = [
  second,
  10 * second,
  minute,
  5 * minute,
  20 * minute,
  hour,
  4 * hour,
];

/** The pause before the next attempt, in milliseconds. @returns undefined after the last one */
export const nextPauseMs = (attempts: number, pausesMs: readonly number[]): number | undefined =>
  pausesMs[attempts - 1];
