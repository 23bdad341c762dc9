import type { Spread } from '../measuring/statistics.js';

/** A limit that was set for a figure, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly figure: Spread;
  /** Decided by the median. */
  readonly isReached: boolean;
}

export const atLeast = (what: string, limit: number, figure: Spread): Goal => ({
  what,
  atLeast: limit,
  figure,
  isReached: figure.median >= limit,
});
export const atMost = (what: string, limit: number, figure: Spread): Goal => ({
  what,
  atMost: limit,
  figure,
  isReached: figure.median <= limit,
});
