import type { Memory } from '../measuring/memory.js';
import { spreadOf } from '../measuring/statistics.js';
import { atLeast, atMost, type Goal } from '../report/goal.js';
import type { SetupStep } from './step.js';
import { ratioToSlower, type Rounds } from './summary.js';

export const goals = ({ name }: SetupStep, rounds: Rounds, { beforeMiB, highestMiB }: Memory): Goal[] => [
  atLeast(`setup of ${name} against the slower of drain and COPY`, 0.7, ratioToSlower(rounds)),
  atMost('growth of oms’ memory, MiB', 64, spreadOf([highestMiB - beforeMiB])),
];
