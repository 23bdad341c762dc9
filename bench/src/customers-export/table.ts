import { memoryTable } from '../report/memory-table.js';
import type { Goal } from '../report/goal.js';
import { aligned, goalTable, spread, type Cells } from '../report/text-table.js';
import type { Memories } from './goals.js';
import type { Summary } from './summary.js';

/**
 * The report for people: what each subject did, what the processes held in memory, and goal and figure side by side.
 */
export const report = (
  summaries: readonly Summary[],
  csv: Memories,
  workbook: Memories,
  goals: readonly Goal[],
): string =>
  [
    subjectTable(summaries),
    memoryTable('memory in MiB, CSV', csv),
    memoryTable('memory in MiB, XLSX', workbook),
    goalTable(goals),
  ]
    .map(aligned)
    .join('\n\n');

const cpuParts = ['client', 'gateway', 'oms', 'nats', 'postgres', 'total'];

const subjectTable = (summaries: readonly Summary[]): Cells => [
  ['', 'seconds', 'rows/s', 'MB', ...cpuParts.map((part) => `ms ${part}`)],
  ...summaries.map(({ subject, seconds, rowsPerSecond, megabytes, cpuMs }) => [
    subject,
    spread(seconds, 2),
    spread(rowsPerSecond, 0),
    megabytes.toFixed(1),
    ...cpuParts.map((part) => cpuMs[part]?.median.toFixed(0) ?? '–'),
  ]),
];
