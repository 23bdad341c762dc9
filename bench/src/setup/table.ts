import type { Memory } from '../measuring/memory.js';
import type { Goal } from '../report/goal.js';
import { memoryTable } from '../report/memory-table.js';
import { aligned, goalTable, spread, type Cells } from '../report/text-table.js';
import type { Summary } from './summary.js';

/** The report for people: what each subject did, what oms held in memory, and goal and figure side by side. */
export const report = (summaries: readonly Summary[], memory: Memory, goals: readonly Goal[]): string =>
  [subjectTable(summaries), memoryTable('memory in MiB', { oms: memory }), goalTable(goals)].map(aligned).join('\n\n');

const cpuParts = ['client', 'oms', 'simulator', 'postgres', 'gateway', 'nats', 'total'];

function subjectTable(summaries: readonly Summary[]): Cells {
  const head = ['', 'seconds', 'by last_run', 'rows/s', ...cpuParts.map((part) => `ms ${part}`)];
  return [
    head,
    ...summaries.map(({ subject, seconds, jobSeconds, rowsPerSecond, cpuMs }) => [
      subject,
      spread(seconds, 2),
      jobSeconds?.median.toFixed(2) ?? '–',
      spread(rowsPerSecond, 0),
      ...cpuParts.map((part) => cpuMs[part]?.median.toFixed(0) ?? '–'),
    ]),
  ];
}
