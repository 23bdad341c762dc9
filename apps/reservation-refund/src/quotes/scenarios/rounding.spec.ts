import { describe, expect, it } from '@jest/globals';
import { penaltyOf, percent } from '../../testing/scenario.js';

/*
 * To the nearest Rial, or to the nearest multiple of `rounding`; half of one is rounded up.
 *
 *   30 % of 10,001 = 3,000.3 → 3,000          30 % of 1,234,567 = 370,370.1, by 10,000 → 370,000
 *   30 % of 10,005 = 3,001.5 → 3,002          30 % of 1,250,000 = 375,000, by 10,000 → 380,000
 *   50 % of 1 = 0.5 → 1                       30 % of 1,249,999 = 374,999.7, by 10,000 → 370,000
 *   33 % of 1 = 0.33 → 0                      12,344 by 1,000 → 12,000
 *   49 % of 1 = 0.49 → 0
 *   70 % of 9,007,199,254,740,991 (2⁵³ − 1) = 6,305,039,478,318,693.7 → 6,305,039,478,318,694
 */
describe('a penalty', () => {
  it.each([
    [30, 10_001, 3000],
    [30, 10_005, 3002],
    [50, 1, 1],
    [33, 1, 0],
    [49, 1, 0],
    [70, Number.MAX_SAFE_INTEGER, 6_305_039_478_318_694],
    [100, 10_001, 10_001],
    [0, 10_001, 0],
  ])('of %d %% of %d Rial is %d', (percentage, price, penalty) => {
    expect(penaltyOf(percent(percentage), price)).toBe(penalty);
  });

  it.each([
    [1_234_567, 370_000],
    [1_250_000, 380_000],
    [1_249_999, 370_000],
  ])('of 30 %% of %d Rial, by ten thousands, is %d', (price, penalty) => {
    expect(penaltyOf(percent(30, { rounding: 10_000 }), price)).toBe(penalty);
  });

  it('of an amount is rounded too', () => {
    expect(penaltyOf({ measure: { amount: 12_344 }, rounding: 1000 }, 1_000_000)).toBe(12_000);
  });
});
