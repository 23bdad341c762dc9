import { expect, it } from '@jest/globals';
import { comesBack, penalties, priced, total, wholePenalty } from '../../testing/partial-refunds.js';
import { percent } from '../../testing/scenario.js';

/*
 * E3. 5,000,000 + 2,500,000 + 333,333 are 7,833,333; 30 % are 2,349,999.9, rounded to thousands 2,350,000. Of the sums
 * 5,000,000, 7,500,000 and 7,833,333 it takes 1,500,000.06, 2,250,000.10 and 2,350,000: 1,500,000, 750,000, 100,000.
 */
const reservation = priced([5_000_000, 2_500_000, 333_333]);
const whole = wholePenalty(percent(30, { rounding: 1000 }), reservation);

it('bears by what each costs', () => {
  expect(whole).toBe(2_350_000);
  expect(penalties(reservation, whole)).toEqual([1_500_000, 750_000, 100_000]);
  expect(total(comesBack(reservation, whole))).toBe(5_483_333);
});
