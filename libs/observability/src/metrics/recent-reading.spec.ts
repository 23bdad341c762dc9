import { describe, expect, it } from '@jest/globals';
import { recentReading } from './recent-reading.js';

describe('a recent reading', () => {
  it('is the same for all who ask for it within 15 seconds', async () => {
    let [reads, now] = [0, 0];
    const reading = recentReading(
      () => Promise.resolve((reads += 1)),
      () => now,
    );
    expect(await Promise.all([reading(), reading()])).toEqual([1, 1]);
    now = 15_000;
    expect(await reading()).toBe(1);
    now += 1;
    expect(await reading()).toBe(2);
  });

  it('is repeated when it fails', async () => {
    let reads = 0;
    const reading = recentReading(
      () => ((reads += 1) === 1 ? Promise.reject(new Error('PostgreSQL is away')) : Promise.resolve(reads)),
      () => 0,
    );
    await expect(reading()).rejects.toThrow('away');
    expect(await reading()).toBe(2);
  });
});
