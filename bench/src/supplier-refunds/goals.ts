import type { Memory } from '../measuring/memory.js';
import { spreadOf } from '../measuring/statistics.js';
import { atLeast, atMost, type Goal } from '../report/goal.js';
import { subjectNames } from './subject.js';
import { ratioOf, type Rounds } from './summary.js';

export const goals = (rounds: Rounds, { beforeMiB, highestMiB }: Memory): Goal[] => [
  atLeast('batches against COPY, rows/s', 0.3, ratioOf(rounds, subjectNames.ours, subjectNames.copy)),
  atMost('growth of supplier-refund’s memory, MiB', 64, spreadOf([highestMiB - beforeMiB])),
];
