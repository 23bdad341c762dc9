import { describe, expect, it } from '@jest/globals';
import { nextPauseMs } from './retry-schedule.js';

const pauses = (retryAfterMs: number, random: number): (number | undefined)[] =>
  Array.from({ length: 10 }, (_, index) => nextPauseMs({ attempts: index + 1, retryAfterMs }, () => random));
const seconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

describe('the pauses between attempts', () => {
  it('are those of the schedule, after which there is none', () => {
    expect(pauses(0, 0.5)).toEqual([...seconds.map((pause) => pause * 1000), undefined]);
  });

  it('are up to 10 % shorter or longer', () => {
    expect(pauses(0, 0)).toEqual([...seconds.map((pause) => pause * 900), undefined]);
    expect(pauses(0, 1)).toEqual([...seconds.map((pause) => pause * 1100), undefined]);
  });

  it('are never shorter because of Retry-After, and at most a day longer', () => {
    expect(pauses(3_600_000, 0.5).slice(0, 5)).toEqual([3_600_000, 3_600_000, 3_600_000, 7_200_000, 18_000_000]);
    expect(pauses(7 * 86_400_000, 0.5).slice(0, 9)).toEqual(seconds.map(() => 86_400_000));
  });
});
