import { ratiosOf, spreadOf, type Spread } from '../measuring/statistics.js';
import type { Turn } from '../measuring/subject.js';
import { subjectNames } from '../subjects.js';

/** The figures of one subject in all rounds together. */
export interface Summary {
  readonly subject: string;
  readonly requestsPerSecond: Spread;
  /** The median of the ratios of the single rounds, not the ratio of the medians. */
  readonly ratioToB1: Spread;
  readonly ratioToB2: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly cpuMicrosPerRequest: Readonly<Record<string, Spread>>;
}

export function summarise(turns: ReadonlyMap<string, readonly Turn[]>): Summary[] {
  return [...turns].map(([subject, ofSubject]) => ({
    subject,
    requestsPerSecond: spreadOf(rates(ofSubject)),
    ratioToB1: ratioOf(turns, subject, subjectNames.b1),
    ratioToB2: ratioOf(turns, subject, subjectNames.b2),
    p50Ms: spreadOf(ofSubject.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(ofSubject.map(({ p99Ms }) => p99Ms)),
    cpuMicrosPerRequest: cpuOf(ofSubject.map(({ cpuMicros }) => cpuMicros)),
  }));
}

/** How much a subject serves in a second, compared with another in the same rounds. */
export const ratioOf = (turns: ReadonlyMap<string, readonly Turn[]>, subject: string, to: string): Spread =>
  ratiosOf(rates(turns.get(subject)!), rates(turns.get(to)!));

const rates = (turns: readonly Turn[]): number[] => turns.map(({ requestsPerSecond }) => requestsPerSecond);

/** The CPU time of each process, and of all together. */
export function cpuOf(turns: readonly Readonly<Record<string, number>>[]): Record<string, Spread> {
  const parts = Object.keys(turns[0]!).map((part) => [part, turns.map((spent) => spent[part]!)] as const);
  const totals = turns.map((spent) => Object.values(spent).reduce((sum, amount) => sum + amount, 0));
  return Object.fromEntries([...parts, ['total', totals] as const].map(([part, figures]) => [part, spreadOf(figures)]));
}
