import type { LevelProgress, SyncReport } from '@refundry/contracts';
import type { ThroughputMeter } from './throughput-meter.js';

const maxBar = 20;
const minBar = 5;
const gap = '  ';

const count = (number: number): string => number.toLocaleString('en-US', { maximumFractionDigits: 0 });

/**
 * How far a level has got, at which pace, and how long the rest of it takes; with a bar if there are columns for one.
 */
export function workingLine(level: LevelProgress, meter: ThroughputMeter, { nameWidth = 0, columns = 0 } = {}): string {
  const { seen, expected } = level;
  const done = expected ? Math.min(1, seen / expected) : undefined;
  const secondsLeft = expected === null ? undefined : meter.secondsUntil(expected);
  const before = nameAndRows(level, nameWidth) + gap;
  const after = [
    ...(done === undefined ? [] : [`${Math.floor(done * 100)} %`]),
    ...rateText(meter.rate),
    ...(secondsLeft === undefined ? [] : [`${durationText(secondsLeft)} left`]),
  ].join(gap);
  return (before + bar(done, columns - before.length - after.length - 1) + after).trimEnd();
}

/** The result of a finished level. */
export function doneLine(level: LevelProgress, meter: ThroughputMeter | undefined, { nameWidth = 0 } = {}): string {
  const rate = meter?.wholeRate;
  // All rows may have been there at the first look.
  return [nameAndRows(level, nameWidth), ...(rate === 0 ? [] : rateText(rate))].join(gap);
}

const outcomes = ['inserted', 'updated', 'unchanged', 'withheld', 'refused'] as const;

/** The result of all levels, as a part of a sentence. */
export function totalText({ levels }: SyncReport): string {
  const total = (of: 'seen' | (typeof outcomes)[number]): string =>
    count(levels.reduce((sum, level) => sum + level[of], 0));
  return `${total('seen')} rows seen: ${outcomes.map((of) => `${total(of)} ${of}`).join(', ')}`;
}

/** Seconds as people say them. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function nameAndRows({ name, seen, expected }: LevelProgress, nameWidth: number): string {
  const whole = expected === null ? '' : ` of ${count(expected)}`;
  return `${name.padEnd(nameWidth)}${gap}${count(seen)}${whole} rows`;
}

const rateText = (rate: number | undefined): string[] => (rate === undefined ? [] : [`${count(rate)} rows/s`]);

function bar(done: number | undefined, room: number): string {
  const cells = Math.min(room, maxBar);
  if (done === undefined || cells < minBar) return '';
  const full = Math.floor(done * cells);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} `;
}
