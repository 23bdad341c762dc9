import type { Spread } from '../measuring/statistics.js';
import type { Turn } from '../measuring/subject.js';
import { subjectNames } from '../subjects.js';
import type { WireResult } from '../wire/wire.js';
import { ratioOf } from './summary.js';

/** A ratio that a goal was set for, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly atLeast: number;
  readonly figure: Spread;
  /** Decided by the median. */
  readonly isReached: boolean;
}

const goal = (what: string, atLeast: number, figure: Spread): Goal => ({ what, atLeast, figure, isReached: figure.median >= atLeast });

/** Everything switched on: auth, exact count, logging, metrics. */
export function goals(turns: ReadonlyMap<string, readonly Turn[]>, wire: WireResult): Goal[] {
  const { ours, silent, b1, b2 } = subjectNames;
  return [
    goal('list page against B1', 1.3, ratioOf(turns, ours, b1)),
    goal('list page against B2', 0.7, ratioOf(turns, ours, b2)),
    goal('logging against silence (metrics on in both)', 0.9, ratioOf(turns, ours, silent)),
    goal('our wire against bare nats.js', 1, wire.ratio),
  ];
}
