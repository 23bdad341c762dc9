import type { Summary } from '../customers-list/summary.js';
import type { Goal } from '../report/goal.js';
import { aligned, goalTable, spread, type Cells } from '../report/text-table.js';

/** The report for people: what each subject did, and goal and figure side by side. */
export const report = (summaries: readonly Summary[], goals: readonly Goal[]): string =>
  [subjectTable(summaries), goalTable(goals)].map(aligned).join('\n\n');

const cpuParts = ['http', 'service', 'nats', 'postgres', 'total'];

const subjectTable = (summaries: readonly Summary[]): Cells => [
  ['', 'requests/s', 'p50 ms', 'p99 ms', ...cpuParts.map((part) => `µs ${part}`)],
  ...summaries.map(({ subject, requestsPerSecond, p50Ms, p99Ms, cpuMicrosPerRequest }) => [
    subject,
    spread(requestsPerSecond, 0),
    spread(p50Ms, 2),
    p99Ms.median.toFixed(1),
    ...cpuParts.map((part) => cpuMicrosPerRequest[part]?.median.toFixed(0) ?? '–'),
  ]),
];
