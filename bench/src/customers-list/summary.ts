import { spreadOf, type Spread } from '../measuring/statistics.js';
import type { Turn } from '../measuring/subject.js';
import { cpuOf } from '../report/summary.js';

/** The figures of one subject in all rounds together. */
export interface Summary {
  readonly subject: string;
  readonly requestsPerSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly cpuMicrosPerRequest: Readonly<Record<string, Spread>>;
}

export const summarise = (turns: ReadonlyMap<string, readonly Turn[]>): Summary[] =>
  [...turns].map(([subject, ofSubject]) => ({
    subject,
    requestsPerSecond: spreadOf(ofSubject.map(({ requestsPerSecond }) => requestsPerSecond)),
    p50Ms: spreadOf(ofSubject.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(ofSubject.map(({ p99Ms }) => p99Ms)),
    cpuMicrosPerRequest: cpuOf(ofSubject.map(({ cpuMicros }) => cpuMicros)),
  }));
