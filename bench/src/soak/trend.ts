import { spreadOf } from '../measuring/statistics.js';
import type { Minute } from './minutes.js';
import type { Sample } from './sample.js';

/** How a figure of a process went. */
export interface Trend {
  readonly app: string;
  readonly figure: keyof Sample;
  /** The middle of the first and of the last quarter of the minutes that count. */
  readonly first: number;
  readonly last: number;
  /** The middle of the slopes between all pairs of minutes (Theil and Sen), which single steps don't move. */
  readonly perHour: number;
  readonly verdict: 'flat' | 'grows' | 'too short to tell';
}

/** The allowed growth in an hour: noise, and what a process gets as its heap settles. */
const maxPerHour = { residentMiB: 16, heapMiB: 6, descriptors: 4, handles: 4 } as const satisfies Partial<
  Record<keyof Sample, number>
>;

export const judged = Object.keys(maxPerHour) as (keyof typeof maxPerHour)[];

const minMinutes = 15;
const warmUpShare = 1 / 6;

/** Those that count: caches fill, code is compiled and pools grow in the first sixth. */
export const counted = (minutes: readonly Minute[]): readonly Minute[] =>
  minutes.slice(Math.max(1, Math.round(minutes.length * warmUpShare)));

/** How every figure of every process went. */
export function trendsOf(minutes: readonly Minute[]): Trend[] {
  const counting = counted(minutes);
  const apps = [...(counting[0]?.keys() ?? [])];
  return apps
    .flatMap((app) =>
      judged.map((figure) =>
        trendOf(
          app,
          figure,
          counting.map((minute) => minute.get(app)?.[figure] ?? NaN),
        ),
      ),
    )
    .filter(({ first }) => !Number.isNaN(first));
}

function trendOf(app: string, figure: keyof typeof maxPerHour, values: readonly number[]): Trend {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  const [first, last] = [values.slice(0, quarter), values.slice(-quarter)].map((part) => spreadOf(part).median) as [
    number,
    number,
  ];
  const slopes = values.flatMap((value, minute) =>
    values.slice(minute + 1).map((later, distance) => (later - value) / (distance + 1)),
  );
  const perHour = slopes.length > 0 ? 60 * spreadOf(slopes).median : 0;
  const grows = perHour > maxPerHour[figure] && last > first;
  return {
    app,
    figure,
    first,
    last,
    perHour,
    verdict: values.length < minMinutes ? 'too short to tell' : grows ? 'grows' : 'flat',
  };
}
