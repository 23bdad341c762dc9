import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LevelProgress, SyncReport } from '@refundry/contracts';
import { ProgressDisplay } from './progress-display.js';

const level = (name: string, seen: number, expected: number | null): LevelProgress => ({
  name,
  seen,
  inserted: seen,
  skipped: 0,
  updated: 0,
  unchanged: 0,
  withheld: 0,
  refused: 0,
  expected,
});
const working = (...levels: LevelProgress[]): SyncReport => ({ state: 'WORKING', error: null, levels });

let written: string;
let seconds: number;
const now = (): number => seconds * 1000;
const screen = {
  write: (text: string): void => {
    written += text;
  },
};
/** The changed part of the screen. */
const taken = (): string => {
  const text = written.replaceAll('\r\u001b[K', '<again>');
  written = '';
  return text;
};
beforeEach(() => {
  written = '';
  seconds = 0;
});

describe('a run on a terminal', () => {
  let display: ProgressDisplay;
  beforeEach(() => {
    display = new ProgressDisplay({ ...screen, isTTY: true, columns: 100 }, now);
  });

  it('draws the level that is worked on over and over, below those that are done', () => {
    display.show(working(level('cities', 40, 81), level('districts', 0, null)));
    expect(taken()).toBe('<again>cities     40 of 81 rows  █████████░░░░░░░░░░░ 49 %');
    seconds = 1;
    display.show(working(level('cities', 81, 81), level('districts', 1000, 4000)));
    expect(taken()).toBe(
      '<again>cities     81 of 81 rows  41 rows/s\n<again>districts  1,000 of 4,000 rows  █████░░░░░░░░░░░░░░░ 25 %',
    );
    seconds = 2;
    display.show(working(level('cities', 81, 81), level('districts', 2000, 4000)));
    expect(taken()).toBe('<again>districts  2,000 of 4,000 rows  ██████████░░░░░░░░░░ 50 %  1,000 rows/s  2 s left');
    display.show({ state: 'FINISHED', error: null, levels: [level('cities', 81, 81), level('districts', 4000, 4000)] });
    expect(taken()).toBe('<again>districts  4,000 of 4,000 rows  3,000 rows/s\n');
    display.end();
    expect(taken()).toBe('');
  });

  it('leaves the level at which a run failed where it stands', () => {
    display.show({ state: 'FAILED', error: 'Omnitron is down.', levels: [level('cities', 40, 81)] });
    display.end();
    expect(taken()).toMatch(/^<again>cities {2}40 of 81 rows.*%\n$/);
  });

  it('does not break a line', () => {
    const narrow = new ProgressDisplay({ ...screen, isTTY: true, columns: 20 }, now);
    narrow.show(working(level('cities', 40, 81)));
    expect(taken()).toBe('<again>cities  40 of 81 ro');
  });

  it('has nothing to draw before the first page', () => {
    display.show(working());
    display.say('waiting');
    display.end();
    expect(taken()).toBe('waiting\n');
  });
});

describe('a run elsewhere', () => {
  it('says each level that is done, and every ten seconds how far the next is', () => {
    const display = new ProgressDisplay(screen, now);
    const at = (second: number, ...levels: LevelProgress[]): string => {
      seconds = second;
      display.show(working(...levels));
      return taken();
    };
    expect(at(0, level('cities', 40, 81))).toBe('');
    expect(at(1, level('cities', 81, 81), level('districts', 0, 4000))).toBe('cities     81 of 81 rows  41 rows/s\n');
    expect(at(10, level('cities', 81, 81), level('districts', 900, 4000))).toBe('');
    expect(at(11, level('cities', 81, 81), level('districts', 1000, 4000))).toBe(
      'districts  1,000 of 4,000 rows  25 %  100 rows/s  30 s left\n',
    );
    expect(at(12, level('cities', 81, 81), level('districts', 1100, 4000))).toBe('');
  });
});
