import type { Memory } from '../measuring/memory.js';
import { spreadOf } from '../measuring/statistics.js';
import type { Goal } from '../report/goal.js';
import { aligned, goalTable, spread, type Cells } from '../report/text-table.js';
import type { SingleTurn } from './single.js';
import type { Summary } from './summary.js';

/**
 * The report for people: what each subject did, how long one document takes, what the service held in memory, and goal
 * and figure side by side.
 */
export const report = (
  summaries: readonly Summary[],
  singles: readonly SingleTurn[],
  memory: Memory,
  goals: readonly Goal[],
): string =>
  [subjectTable(summaries), singleTable(singles), memoryTable(memory), goalTable(goals)].map(aligned).join('\n\n');

const cpuParts = ['client', 'gateway', 'service', 'postgres', 'nats', 'total'];

function subjectTable(summaries: readonly Summary[]): Cells {
  const head = ['', 'rows/s', '× COPY', ...cpuParts.map((part) => `ms ${part}`)];
  return [
    head,
    ...summaries.map(({ subject, rowsPerSecond, ratioToCopy, cpuMs }) => [
      subject,
      spread(rowsPerSecond, 0),
      spread(ratioToCopy, 2),
      ...cpuParts.map((part) => cpuMs[part]?.median.toFixed(0) ?? '–'),
    ]),
  ];
}

const singleTable = (singles: readonly SingleTurn[]): Cells => [
  ['one document, ms', 'p50'],
  ['Refundry', spread(spreadOf(singles.map(({ oursMs }) => oursMs)), 2)],
  ['a bare INSERT … ON CONFLICT', spread(spreadOf(singles.map(({ bareMs }) => bareMs)), 2)],
];

const memoryTable = ({ idleMiB, beforeMiB, highestMiB, afterMiB }: Memory): Cells => [
  ['memory of supplier-refund, MiB', 'idle', 'before', 'highest', 'after'],
  ['', ...[idleMiB, beforeMiB, highestMiB, afterMiB].map((mebibytes) => mebibytes.toFixed(1))],
];
