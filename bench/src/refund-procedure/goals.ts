import { ratiosOf, spreadOf, type Spread } from '../measuring/statistics.js';
import type { Turn } from '../measuring/subject.js';
import { atMost, type Goal } from '../report/goal.js';
import { subjectNames } from './subjects.js';

type Turns = ReadonlyMap<string, readonly Turn[]>;

export const goals = (turns: Turns, roundTrips: number): Goal[] => [
  atMost('database round trips for a quote', 1, spreadOf([roundTrips])),
  atMost(
    'p50 of a quote against an empty list page, 1 connection',
    2,
    ratio(turns, ({ p50Ms }) => p50Ms, subjectNames.alone, subjectNames.emptyPage),
  ),
];

/** How much ours quotes in a second against B1. */
export const againstB1 = (turns: Turns): Spread =>
  ratio(turns, ({ requestsPerSecond }) => requestsPerSecond, subjectNames.ours, subjectNames.b1);

const ratio = (turns: Turns, figure: (turn: Turn) => number, of: string, to: string): Spread =>
  ratiosOf(turns.get(of)!.map(figure), turns.get(to)!.map(figure));
