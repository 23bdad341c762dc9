import { describe, expect, it } from '@jest/globals';
import { ThroughputMeter } from './throughput-meter.js';

describe('the pace of rows', () => {
  it('is unknown after a single look', () => {
    const meter = new ThroughputMeter();
    meter.note(1000, 5000);
    expect([meter.rate, meter.wholeRate, meter.secondsUntil(9000)]).toEqual([undefined, undefined, undefined]);
  });

  it('tells how long the rest takes', () => {
    const meter = new ThroughputMeter();
    meter.note(1000, 0);
    meter.note(3000, 1000);
    expect([meter.rate, meter.secondsUntil(9000)]).toEqual([2000, 3]);
  });

  it("counts what was there at the first look as nobody's work", () => {
    const meter = new ThroughputMeter();
    meter.note(40_000, 60_000);
    meter.note(41_000, 62_000);
    expect(meter.wholeRate).toBe(500);
  });

  it('forgets how fast it was ten seconds ago, but not on the whole', () => {
    const meter = new ThroughputMeter();
    for (const [second, seen] of [
      [0, 0],
      [10, 10_000],
      [15, 10_500],
      [20, 11_000],
    ] as const)
      meter.note(seen, second * 1000);
    expect([meter.rate, meter.wholeRate]).toEqual([100, 550]);
  });

  it('has no idea when a standstill ends', () => {
    const meter = new ThroughputMeter();
    meter.note(1000, 0);
    meter.note(1000, 1000);
    expect([meter.rate, meter.secondsUntil(2000)]).toEqual([0, undefined]);
  });

  it('has nothing left when there are more rows than were expected', () => {
    const meter = new ThroughputMeter();
    meter.note(0, 0);
    meter.note(1000, 1000);
    expect(meter.secondsUntil(900)).toBe(0);
  });
});
