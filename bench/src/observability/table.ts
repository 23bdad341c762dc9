import { spreadOf } from '../measuring/statistics.js';
import type { Turn } from '../measuring/subject.js';
import type { Goal } from '../report/goal.js';
import { cpuOf } from '../report/summary.js';
import { aligned, goalTable, spread, type Cells } from '../report/text-table.js';

const cpuParts = ['gateway', 'oms', 'postgres', 'total'];

/** The report for people: what each house did, and goal and figure side by side. */
export const report = (turns: ReadonlyMap<string, readonly Turn[]>, goals: readonly Goal[]): string =>
  [systemTable(turns), goalTable(goals)].map(aligned).join('\n\n');

function systemTable(turns: ReadonlyMap<string, readonly Turn[]>): Cells {
  const rows = [...turns].map(([system, ofSystem]) => {
    const cpu = cpuOf(ofSystem.map(({ cpuMicros }) => cpuMicros));
    const figures = [
      spread(spreadOf(ofSystem.map(({ requestsPerSecond }) => requestsPerSecond)), 0),
      ...(['p50Ms', 'p99Ms'] as const).map((figure) =>
        spreadOf(ofSystem.map((turn) => turn[figure])).median.toFixed(1),
      ),
    ];
    return [system, ...figures, ...cpuParts.map((part) => cpu[part]!.median.toFixed(0))];
  });
  return [['', 'requests/s', 'p50 ms', 'p99 ms', ...cpuParts.map((part) => `µs ${part}`)], ...rows];
}
