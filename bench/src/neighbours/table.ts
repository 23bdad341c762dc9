import { ratiosOf, spreadOf } from '../measuring/statistics.js';
import { atMost, type Goal } from '../report/goal.js';
import { spread, type Cells } from '../report/text-table.js';
import { abuses, type Abuse } from './abuse.js';
import type { Pair } from './pair.js';

export type Pairs = ReadonlyMap<Abuse, readonly Pair[]>;

const maxTimesAlone = 2;

const of = (pairs: readonly Pair[], figure: (pair: Pair) => number): number[] => pairs.map(figure);
const ratios = (pairs: readonly Pair[], name?: string) => {
  const p99 = (seen: Pair['alone']): number => (name === undefined ? seen.p99Ms : seen.p99MsOf[name]!);
  return ratiosOf(
    of(pairs, ({ beside }) => p99(beside)),
    of(pairs, ({ alone }) => p99(alone)),
  );
};

export const goalsOf = (pairs: Pairs, limits: Readonly<Record<string, number>>): Goal[] => [
  ...[...pairs].map(([abuse, played]) =>
    atMost(`p99 beside ${abuses[abuse]}, of its own alone`, maxTimesAlone, ratios(played)),
  ),
  atMost(
    "the quiet account's requests that were refused",
    0,
    spreadOf([[...pairs.values()].flat().reduce((sum, { refused }) => sum + refused, 0)]),
  ),
  ...Object.entries(limits).map(([app, limit]) =>
    atMost(
      `memory of ${app}, MiB`,
      limit,
      spreadOf([Math.max(...[...pairs.values()].flat().map(({ peaksMiB }) => peaksMiB[app]!))]),
    ),
  ),
];

/** The figures of the quiet account during each abuse. */
export function noticedTable(pairs: Pairs): Cells {
  const names = Object.keys([...pairs.values()][0]![0]!.alone.p99MsOf);
  return [
    ['beside', 'p50 ms', 'p99 alone', 'p99 beside', 'ratio', ...names.map((name) => `× ${name}`), 'refused'],
    ...[...pairs].map(([abuse, played]) => [
      abuses[abuse],
      spread(spreadOf(of(played, ({ beside }) => beside.p50Ms)), 1),
      spread(spreadOf(of(played, ({ alone }) => alone.p99Ms)), 1),
      spread(spreadOf(of(played, ({ beside }) => beside.p99Ms)), 1),
      spread(ratios(played), 2),
      ...names.map((name) => ratios(played, name).median.toFixed(1)),
      String(played.reduce((sum, { refused }) => sum + refused, 0)),
    ]),
  ];
}

/** The requests of the abusive accounts, and their cost. */
export function spentTable(pairs: Pairs, limits: Readonly<Record<string, number>>): Cells {
  const apps = Object.keys(limits);
  return [
    ['', 'answers by status', 'cores', ...apps.map((app) => `${app} of ${limits[app]}`)],
    ...[...pairs].map(([abuse, played]) => [
      abuses[abuse],
      answersOf(played),
      spread(spreadOf(of(played, ({ cores }) => cores)), 1),
      ...apps.map((app) => Math.max(...of(played, ({ peaksMiB }) => peaksMiB[app]!)).toFixed(0)),
    ]),
  ];
}

function answersOf(pairs: readonly Pair[]): string {
  const counts = new Map<string, number>();
  for (const { abused } of pairs)
    for (const [status, count] of Object.entries(abused.answers)) counts.set(status, (counts.get(status) ?? 0) + count);
  return [...counts].map(([status, count]) => `${status}: ${count}`).join(' ');
}
