import { ratiosOf, spreadOf, type Spread } from '../measuring/statistics.js';
import { rowsPerTurn } from './documents.js';
import { subjectNames, type Turn } from './subject.js';

/** The figures of one subject in all rounds together. */
export interface Summary {
  readonly subject: string;
  readonly rowsPerSecond: Spread;
  /** The median of the ratios of the single rounds, not the ratio of the medians. */
  readonly ratioToCopy: Spread;
  readonly cpuMs: Readonly<Record<string, Spread>>;
}

/** The figures of each subject, round by round. */
export type Rounds = readonly ReadonlyMap<string, Turn>[];

export const summarise = (rounds: Rounds): Summary[] =>
  Object.values(subjectNames).map((subject) => ({
    subject,
    rowsPerSecond: spreadOf(ratesOf(rounds, subject)),
    ratioToCopy: ratioOf(rounds, subject, subjectNames.copy),
    cpuMs: cpuOf(rounds.map((round) => round.get(subject)!)),
  }));

export const ratioOf = (rounds: Rounds, subject: string, to: string): Spread =>
  ratiosOf(ratesOf(rounds, subject), ratesOf(rounds, to));

const ratesOf = (rounds: Rounds, subject: string): number[] =>
  rounds.map((round) => rowsPerTurn / round.get(subject)!.seconds);

function cpuOf(turns: readonly Turn[]): Record<string, Spread> {
  const parts = Object.keys(turns[0]!.cpuMs).map((part) => [part, turns.map(({ cpuMs }) => cpuMs[part]!)] as const);
  const totals = turns.map(({ cpuMs }) => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0));
  return Object.fromEntries([...parts, ['total', totals] as const].map(([part, figures]) => [part, spreadOf(figures)]));
}
