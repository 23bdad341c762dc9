import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('the pace of rows', () => {
  it('is unknown after a single look', () => {
    const pace = new Pace();
    pace.note(1000, 5000);
    expect([pace.rate, pace.wholeRate, pace.secondsUntil(9000)]).toEqual([undefined, undefined, undefined]);
  });

  it('tells how long the rest takes', () => {
    const pace = new Pace();
    pace.note(1000, 0);
    pace.note(3000, 1000);
    expect([pace.rate, pace.secondsUntil(9000)]).toEqual([2000, 3]);
  });

  it('counts what was there at the first look as nobody\'s work', () => {
    const pace = new Pace();
    pace.note(40_000, 60_000);
    pace.note(41_000, 62_000);
    expect(pace.wholeRate).toBe(500);
  });

  it('forgets how fast it was ten seconds ago, but not on the whole', () => {
    const pace = new Pace();
    for (const [second, seen] of [[0, 0], [10, 10_000], [15, 10_500], [20, 11_000]] as const) pace.note(seen, second * 1000);
    expect([pace.rate, pace.wholeRate]).toEqual([100, 550]);
  });

  it('has no idea when a standstill ends', () => {
    const pace = new Pace();
    pace.note(1000, 0);
    pace.note(1000, 1000);
    expect([pace.rate, pace.secondsUntil(2000)]).toEqual([0, undefined]);
  });

  it('has nothing left when there are more rows than were expected', () => {
    const pace = new Pace();
    pace.note(0, 0);
    pace.note(1000, 1000);
    expect(pace.secondsUntil(900)).toBe(0);
  });
});
