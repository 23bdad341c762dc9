import type { Spread } from '../measuring/statistics.js';
import type { Goal } from './goals.js';
import type { Summary } from './summary.js';

/** The report for people: what each subject did, and goal and figure side by side. */
export const report = (summaries: readonly Summary[], goals: readonly Goal[]): string => [subjectTable(summaries), goalTable(goals)].map(aligned).join('\n\n');

const cpuParts = ['http', 'oms', 'nats', 'postgres', 'total'];

function subjectTable(summaries: readonly Summary[]): string[][] {
  const head = ['', 'requests/s', '× B1', '× B2', 'p50 ms', 'p99 ms', ...cpuParts.map((part) => `µs ${part}`)];
  return [head, ...summaries.map(({ subject, requestsPerSecond, ratioToB1, ratioToB2, p50Ms, p99Ms, cpuMicrosPerRequest }) => [
    subject, spread(requestsPerSecond, 0), spread(ratioToB1, 2), spread(ratioToB2, 2), p50Ms.median.toFixed(1), p99Ms.median.toFixed(1),
    ...cpuParts.map((part) => cpuMicrosPerRequest[part]?.median.toFixed(0) ?? '–'),
  ])];
}

function goalTable(goals: readonly Goal[]): string[][] {
  return [['', 'goal', 'figure', ''], ...goals.map(({ what, atLeast, figure, isReached }) => [what, `≥ ${atLeast.toFixed(2)}`, spread(figure, 2), isReached ? 'reached' : 'missed'])];
}

const spread = ({ median, min, max }: Spread, places: number): string => `${median.toFixed(places)} [${min.toFixed(places)}–${max.toFixed(places)}]`;

function aligned(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd()).join('\n');
}
