import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evenPrices, sharesOf } from './shares.js';

const runs = { seed: 20_261_130, numRuns: 100_000 };
const largest = 9_007_199_254_740_991;

const sum = (amounts: readonly number[]): bigint => amounts.reduce((all, amount) => all + BigInt(amount), 0n);

/** Prices of passengers, and a penalty of at most their sum. */
const split = fc
  .array(fc.oneof(fc.nat(3), fc.nat(100_000_000), fc.nat(1_000_000_000_000)), { minLength: 1, maxLength: 12 })
  .chain((prices) => fc.tuple(fc.constant(prices), fc.bigInt(0n, sum(prices)).map(Number)));

describe('the shares of passengers', () => {
  it('add up to the penalty, and none is greater than its price', () => {
    fc.assert(
      fc.property(split, ([prices, penalty]) => {
        const shares = sharesOf(penalty, prices);
        expect(sum(shares)).toBe(BigInt(penalty));
        expect(shares.every((share, index) => share >= 0 && share <= prices[index]!)).toBe(true);
      }),
      runs,
    );
  });

  it('are what they are without rounding, to less than a Rial', () => {
    fc.assert(
      fc.property(split, ([prices, penalty]) => {
        const whole = sum(prices);
        for (const [index, share] of sharesOf(penalty, prices).entries()) {
          const off = BigInt(share) * whole - BigInt(penalty) * BigInt(prices[index]!);
          expect(whole === 0n || (off < 0n ? -off : off) <= whole).toBe(true);
        }
      }),
      { ...runs, numRuns: 10_000 },
    );
  });

  it('are exact where products outgrow what a float holds', () => {
    // 3,000,000 × 9,007,199,254,740,991 is 2.7 × 10²²; halves of an odd sum are rounded up, once.
    expect(sharesOf(3_000_000, [largest])).toEqual([3_000_000]);
    expect(sharesOf(largest, [largest - 1, 1])).toEqual([largest - 1, 1]);
    expect(sharesOf(3_000_001, [(largest - 1) / 2, (largest + 1) / 2])).toEqual([1_500_000, 1_500_001]);
  });

  it('are nothing for whoever costs nothing, and of what costs nothing', () => {
    expect(sharesOf(500, [1000, 0, 1000])).toEqual([250, 0, 250]);
    expect(sharesOf(0, [0, 0])).toEqual([0, 0]);
  });
});

describe('a price that is split evenly', () => {
  it('adds up, and differs by a Rial at the most', () => {
    fc.assert(
      fc.property(fc.nat(largest), fc.integer({ min: 1, max: 300 }), (price, passengers) => {
        const prices = evenPrices(price, passengers);
        expect(sum(prices)).toBe(BigInt(price));
        expect(prices).toEqual(prices.toSorted((one, other) => other - one));
        expect(prices[0]! - prices.at(-1)!).toBeLessThanOrEqual(1);
      }),
      { ...runs, numRuns: 10_000 },
    );
  });
});
