import type { Memory } from '../measuring/memory.js';
import { ratiosOf, spreadOf } from '../measuring/statistics.js';
import { atLeast, atMost, type Goal } from '../report/goal.js';
import { subjectNames, type Turn } from './subject.js';

export type Turns = ReadonlyMap<string, readonly Turn[]>;
/** By process. */
export type Memories = Readonly<Record<string, Memory>>;

const maxGrowthMiB = 32;

export function goals(turns: Turns, abortMs: readonly number[], csv: Memories, workbook: Memories): Goal[] {
  const seconds = (subject: string): number[] => turns.get(subject)!.map((turn) => turn.seconds);
  return [
    atLeast(
      'CSV against COPY of the same bytes, rows/s',
      0.6,
      ratiosOf(seconds(subjectNames.copy), seconds(subjectNames.csv)),
    ),
    atMost(
      'first byte of the CSV, ms',
      100,
      spreadOf(turns.get(subjectNames.csv)!.map(({ firstByteMs = 0 }) => firstByteMs)),
    ),
    ...growth('CSV', csv),
    ...growth('XLSX', workbook),
    atMost('end of the query after the reader of an XLSX hung up, ms', 1000, spreadOf(abortMs)),
  ];
}

const growth = (what: string, memories: Memories): Goal[] =>
  Object.entries(memories).map(([name, { beforeMiB, highestMiB }]) =>
    atMost(`growth of ${name}’s memory, ${what}, MiB`, maxGrowthMiB, spreadOf([highestMiB - beforeMiB])),
  );
