import type { Goal } from './goal.js';
import type { Summary } from './summary.js';
import { aligned, goalTable, spread, type Cells } from './text-table.js';

/** The report for people: what each subject did, and goal and figure side by side. */
export const report = (summaries: readonly Summary[], goals: readonly Goal[]): string =>
  [subjectTable(summaries), goalTable(goals)].map(aligned).join('\n\n');

const cpuParts = ['http', 'oms', 'nats', 'postgres', 'total'];

function subjectTable(summaries: readonly Summary[]): Cells {
  const head = ['', 'requests/s', '× B1', '× B2', 'p50 ms', 'p99 ms', ...cpuParts.map((part) => `µs ${part}`)];
  return [
    head,
    ...summaries.map(({ subject, requestsPerSecond, ratioToB1, ratioToB2, p50Ms, p99Ms, cpuMicrosPerRequest }) => [
      subject,
      spread(requestsPerSecond, 0),
      spread(ratioToB1, 2),
      spread(ratioToB2, 2),
      p50Ms.median.toFixed(1),
      p99Ms.median.toFixed(1),
      ...cpuParts.map((part) => cpuMicrosPerRequest[part]?.median.toFixed(0) ?? '–'),
    ]),
  ];
}
