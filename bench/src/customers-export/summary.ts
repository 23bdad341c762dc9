import { spreadOf, type Spread } from '../measuring/statistics.js';
import { cpuOf } from '../report/summary.js';
import type { Turns } from './goals.js';

/** The figures of one subject in all rounds together. */
export interface Summary {
  readonly subject: string;
  readonly seconds: Spread;
  readonly rowsPerSecond: Spread;
  readonly megabytes: number;
  readonly cpuMs: Readonly<Record<string, Spread>>;
}

export const summarise = (turns: Turns, rows: number): Summary[] =>
  [...turns].map(([subject, ofSubject]) => ({
    subject,
    seconds: spreadOf(ofSubject.map(({ seconds }) => seconds)),
    rowsPerSecond: spreadOf(ofSubject.map(({ seconds }) => rows / seconds)),
    megabytes: ofSubject[0]!.bytes / 1e6,
    cpuMs: cpuOf(ofSubject.map(({ cpuMs }) => cpuMs)),
  }));
