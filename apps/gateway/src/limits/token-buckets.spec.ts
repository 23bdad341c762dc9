import { describe, expect, it } from '@jest/globals';
import { partOf } from '@refundry/testing';
import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.js';

/** Buckets whose clock is set by hand. */
function bucketsAt(
  rate: { perSecond: number; burst: number },
  startMs = 0,
): { buckets: TokenBuckets; pass: (ms: number) => void } {
  let now = startMs;
  return {
    buckets: new TokenBuckets(rate, () => now),
    pass: (ms) => {
      now += ms;
    },
  };
}

const seed = 28;

describe('a token bucket', () => {
  it('grants its burst and refuses the next, until when it says', () => {
    const { buckets, pass } = bucketsAt({ perSecond: 2, burst: 3 });
    expect([1, 2, 3].map(() => buckets.consume('a'))).toEqual(
      [2, 1, 0].map((remaining) => ({
        isGranted: true,
        limit: 3,
        remaining,
        reset: Math.ceil((3 - remaining) / 2),
        retryAfter: 1,
      })),
    );
    expect(buckets.consume('a')).toEqual({ isGranted: false, limit: 3, remaining: 0, reset: 2, retryAfter: 1 });
    pass(499);
    expect(buckets.consume('a').isGranted).toBe(false);
    pass(1);
    expect(buckets.consume('a')).toMatchObject({ isGranted: true, remaining: 0 });
  });

  it('says a whole number of seconds to wait, rounded up', () => {
    const { buckets } = bucketsAt({ perSecond: 0.4, burst: 1 });
    buckets.consume('a');
    expect(buckets.consume('a')).toMatchObject({ isGranted: false, retryAfter: 3, reset: 3 });
  });

  it('takes nothing of whoever is refused, nor of whoever only looks', () => {
    const { buckets, pass } = bucketsAt({ perSecond: 1, burst: 1 });
    expect([buckets.peek('a').isGranted, buckets.peek('a').isGranted, buckets.consume('a').isGranted]).toEqual([
      true,
      true,
      true,
    ]);
    for (let asked = 0; asked < 100; asked += 1)
      expect([buckets.consume('a').isGranted, buckets.peek('a').isGranted]).toEqual([false, false]);
    pass(1000);
    expect(buckets.consume('a').isGranted).toBe(true);
  });

  it('is another for each name', () => {
    const { buckets } = bucketsAt({ perSecond: 1, burst: 1 });
    expect(['a', 'b', 'a'].map((name) => buckets.consume(name).isGranted)).toEqual([true, true, false]);
  });

  it('is kept for so many names that asked last, and for no more', () => {
    const { buckets } = bucketsAt({ perSecond: 1, burst: 1 });
    for (let name = 0; name < 25_000; name += 1) buckets.consume(String(name));
    expect((partOf(buckets, 'fullAt') as { readonly size: number }).size).toBe(20_000);
    expect([buckets.consume('24999').isGranted, buckets.consume('0').isGranted]).toEqual([false, true]);
  });

  it('grants exactly its burst at whatever time and rate, and no more than burst and rate allow thereafter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1e10, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 50 }),
        (perSecond, burst, startMs, pauses) => {
          const { buckets, pass } = bucketsAt({ perSecond, burst }, startMs);
          for (let asked = 0; asked < burst; asked += 1)
            expect(buckets.consume('a')).toMatchObject({ isGranted: true, remaining: burst - asked - 1 });
          expect(buckets.consume('a').isGranted).toBe(false);
          const granted = pauses.filter((ms) => (pass(ms), buckets.consume('a').isGranted)).length;
          const refilled = (pauses.reduce((sum, ms) => sum + ms, 0) * perSecond) / 1000;
          expect(granted).toBeLessThanOrEqual(refilled * 1.001 + 1);
        },
      ),
      { seed },
    );
  });
});
