import { describe, expect, it } from '@jest/globals';
import type { LevelProgress } from '@refundry/contracts';
import { ThroughputMeter } from './throughput-meter.js';
import { doneLine, durationText, totalText, workingLine } from './progress-text.js';

const districtsOf = (seen: number, expected: number | null): LevelProgress => ({
  name: 'districts',
  seen,
  inserted: seen - 628,
  skipped: 628,
  updated: 0,
  unchanged: 628,
  withheld: 0,
  refused: 0,
  expected,
});
const districts = districtsOf(36_628, 73_256);

const meterOf = (...samples: [at: number, seen: number][]): ThroughputMeter => {
  const meter = new ThroughputMeter();
  for (const [at, seen] of samples) meter.note(seen, at);
  return meter;
};

describe('the line of a level', () => {
  it('that is worked on says how far it is, how fast, and how long the rest takes', () => {
    const meter = meterOf([0, 32_628], [1000, 36_628]);
    expect(workingLine(districts, meter)).toBe('districts  36,628 of 73,256 rows  50 %  4,000 rows/s  10 s left');
    expect(workingLine(districts, meter, { nameWidth: 10, columns: 100 })).toBe(
      'districts   36,628 of 73,256 rows  ██████████░░░░░░░░░░ 50 %  4,000 rows/s  10 s left',
    );
  });

  it('has a bar as long as there is room for', () => {
    const line = (columns: number): string => workingLine(districts, meterOf([0, 36_628]), { columns });
    expect(line(48)).toBe('districts  36,628 of 73,256 rows  ████░░░░░ 50 %');
    expect(line(48)).toHaveLength(48);
    expect(line(43)).toBe('districts  36,628 of 73,256 rows  50 %');
  });

  it('leaves out what is not known yet', () => {
    expect(workingLine(districts, meterOf([0, 36_628]))).toBe('districts  36,628 of 73,256 rows  50 %');
    expect(workingLine(districtsOf(36_628, null), meterOf([0, 32_628], [1000, 36_628]))).toBe(
      'districts  36,628 rows  4,000 rows/s',
    );
    expect(workingLine(districtsOf(0, 0), meterOf([0, 0]))).toBe('districts  0 of 0 rows');
  });

  it('never goes beyond the whole', () => {
    expect(workingLine(districtsOf(80_000, 73_256), meterOf([0, 79_000], [1000, 80_000]), { columns: 100 })).toBe(
      'districts  80,000 of 73,256 rows  ████████████████████ 100 %  1,000 rows/s  0 s left',
    );
  });

  it('that is done says what it came to', () => {
    expect(doneLine(districts, meterOf([0, 628], [36_000, 36_628]), { nameWidth: 9 })).toBe(
      'districts  36,628 of 73,256 rows  1,000 rows/s',
    );
    expect(doneLine(districts, meterOf([0, 36_628], [250, 36_628]))).toBe('districts  36,628 of 73,256 rows');
    expect(doneLine(districts, undefined)).toBe('districts  36,628 of 73,256 rows');
  });
});

describe('the total', () => {
  it('adds the levels up', () => {
    const cities = {
      name: 'cities',
      seen: 81,
      inserted: 80,
      skipped: 1,
      updated: 0,
      unchanged: 0,
      withheld: 0,
      refused: 1,
      expected: 81,
    };
    expect(totalText({ state: 'FINISHED', error: null, levels: [cities, districts] })).toBe(
      '36,709 rows seen: 36,080 inserted, 0 updated, 628 unchanged, 0 withheld, 1 refused',
    );
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [0.2, '1 s'],
    [59, '59 s'],
    [60, '1 min 0 s'],
    [125, '2 min 5 s'],
    [3600, '1 h 0 min'],
    [90_061, '25 h 1 min'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
