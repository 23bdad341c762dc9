import { expect, it } from '@jest/globals';
import { comesBack, part, penalties, priced } from '../../testing/partial-refunds.js';

/*
 * E8. 3,000,000 × 9,007,199,254,740,991 is 2.7 × 10²², more than a float holds exactly. Whoever costs nothing bears
 * nothing; of a reservation that costs nothing every share is 0.
 */
it('is exact up to the largest price', () => {
  const largest = 9_007_199_254_740_991;
  const reservation = priced([largest - 2_000_001, 2_000_001]);
  expect(penalties(reservation, 3_000_000)).toEqual([3_000_000, 0]);
  expect(part(reservation, largest, [2])).toEqual({ penalty: 2_000_001, diffrance: 0 });
});

it('lets an infant who costs nothing bear nothing', () => {
  const reservation = priced([4_000_000, 0, 4_000_000]);
  expect(penalties(reservation, 2_400_001)).toEqual([1_200_001, 0, 1_200_000]);
});

it('divides nothing by nothing', () => {
  const reservation = priced({ price: 0, passengers: 3 });
  expect(penalties(reservation, 0)).toEqual([0, 0, 0]);
  expect(comesBack(reservation, 0)).toEqual([0, 0, 0]);
});
