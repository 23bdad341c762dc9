import { spreadOf } from '../measuring/statistics.js';
import type { Cells } from '../report/text-table.js';
import type { Minute } from './minutes.js';
import { counted, judged, type Trend } from './trend.js';

const words = {
  residentMiB: 'resident MiB',
  heapMiB: 'heap MiB',
  descriptors: 'descriptors',
  handles: 'handles',
} as const;

/** First and last quarter of every process side by side, ready for RESULTS.md. */
export function trendTable(trends: readonly Trend[], minutes: readonly Minute[]): string {
  const apps = [...new Set(trends.map(({ app }) => app))];
  const rows = apps.map((app) => {
    const ofApp = trends.filter((trend) => trend.app === app);
    const cells = judged.map((name) => cellOf(ofApp.find(({ figure }) => figure === name)));
    return [app, ...cells, lagOf(app, minutes), verdictOf(ofApp)];
  });
  return markdown([['', ...judged.map((figure) => words[figure]), 'event loop, p99 ms', ''], ...rows]);
}

const cellOf = (trend: Trend | undefined): string =>
  trend ? `${trend.first.toFixed(1)} → ${trend.last.toFixed(1)} (${signed(trend.perHour)}/h)` : '–';

function lagOf(app: string, minutes: readonly Minute[]): string {
  const { median } = spreadOf(counted(minutes).map((minute) => minute.get(app)?.lagMs ?? NaN));
  return Number.isNaN(median) ? '–' : median.toFixed(1);
}

const verdictOf = (trends: readonly Trend[]): string =>
  trends.find(({ verdict }) => verdict !== 'flat')?.verdict ?? 'flat';
const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(1)}`;

const markdown = (cells: Cells): string =>
  [cells[0]!, cells[0]!.map(() => '---'), ...cells.slice(1)].map((row) => `| ${row.join(' | ')} |`).join('\n');
