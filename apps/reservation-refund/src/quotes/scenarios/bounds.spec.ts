import { describe, expect, it } from '@jest/globals';
import { penaltyOf, percent } from '../../testing/scenario.js';

/*
 * Rounded first, then raised to the minimum, lowered to the maximum, and at last to the price.
 *
 *   10 % of 1,000,000 = 100,000, at least 250,000 → 250,000
 *   50 % of 1,000,000 = 500,000, at most 300,000 → 300,000
 *   10 % of 1,000,000 = 100,000, at least 250,000, of a price of 200,000 → 20,000 → 250,000 → 200,000
 *   an amount of 500,000 of a price of 300,000 → 300,000
 *   100 % of 15,000, by 10,000 → 20,000 → 15,000
 *   10 % of 1,000,000, at least 123,456, by 10,000 → 100,000 → 123,456: a bound is not rounded
 *   nothing was paid → 0, whatever the minimum
 */
describe('a penalty', () => {
  it('is never below its minimum, never above its maximum', () => {
    expect(penaltyOf(percent(10, { minimum: 250_000 }), 1_000_000)).toBe(250_000);
    expect(penaltyOf(percent(50, { maximum: 300_000 }), 1_000_000)).toBe(300_000);
    expect(penaltyOf(percent(10, { minimum: 123_456, rounding: 10_000 }), 1_000_000)).toBe(123_456);
  });

  it('is never above the price', () => {
    expect(penaltyOf(percent(10, { minimum: 250_000 }), 200_000)).toBe(200_000);
    expect(penaltyOf({ measure: { amount: 500_000 } }, 300_000)).toBe(300_000);
    expect(penaltyOf(percent(100, { rounding: 10_000 }), 15_000)).toBe(15_000);
  });

  it('is nothing where nothing was paid', () => {
    expect(penaltyOf(percent(100, { minimum: 250_000 }), 0)).toBe(0);
    expect(penaltyOf({ measure: { nights: 1 } }, 0, 3)).toBe(0);
  });
});
