import type { Spread } from '../measuring/statistics.js';
import type { Goal } from './goal.js';

/** Rows of cells, the head first, as columns of text one below the other. */
export type Cells = readonly string[][];

/** Goal and figure side by side. */
export function goalTable(goals: readonly Goal[]): Cells {
  return [
    ['', 'goal', 'figure', ''],
    ...goals.map(({ what, atLeast, atMost, figure, isReached }) => [
      what,
      atMost === undefined ? `≥ ${atLeast?.toFixed(2) ?? ''}` : `≤ ${atMost.toFixed(2)}`,
      spread(figure, 2),
      isReached ? 'reached' : 'missed',
    ]),
  ];
}

export const spread = ({ median, min, max }: Spread, places: number): string =>
  min === max ? median.toFixed(places) : `${median.toFixed(places)} [${min.toFixed(places)}–${max.toFixed(places)}]`;

/** The first column to the left, the others to the right. */
export function aligned(rows: Cells): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
