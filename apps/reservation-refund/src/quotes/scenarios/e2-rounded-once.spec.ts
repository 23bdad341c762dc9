import { expect, it } from '@jest/globals';
import { comesBack, part, penalties, priced, total, wholePenalty } from '../../testing/partial-refunds.js';
import { percent } from '../../testing/scenario.js';

/*
 * E2. 100 for 3 passengers are 34 / 33 / 33; 10 % are 10. Of 34, 67 and 100 the penalty takes 3.4, 6.7 and 10, rounded
 * 3, 7 and 10: 3, 4 and 3. Back come 31 + 29 + 30 = 90; to the passengers 1 and 3 together 61.
 */
const reservation = priced({ price: 100, passengers: 3 });
const whole = wholePenalty(percent(10), reservation);

it('rounds sums, so that nothing is lost', () => {
  expect(penalties(reservation, whole)).toEqual([3, 4, 3]);
  expect(comesBack(reservation, whole)).toEqual([31, 29, 30]);
  expect(part(reservation, whole, [1, 3])).toEqual({ penalty: 6, diffrance: 61 });
});

it('would give a Rial too much back if each passenger were rounded alone', () => {
  const alone = [34, 33, 33].map((price) => Math.round((whole * price) / 100));
  expect(alone).toEqual([3, 3, 3]);
  expect(100 - total(alone)).toBe(91);
  expect(100 - total(penalties(reservation, whole))).toBe(90);
});

it('would take a Rial too much if each bore what is due after it, less what was booked before', () => {
  const dueFor = (prices: readonly number[]): number => Math.round((whole * total(prices)) / 100);
  const booked = [dueFor([34]), dueFor([34, 33]) - dueFor([34])];
  expect(booked).toEqual([3, 4]);
  // The first is withdrawn and asked anew, behind the second.
  const [, second = NaN] = booked;
  const anew = dueFor([33, 34]) - dueFor([33]);
  expect(anew).toBe(4);
  expect(second + anew + (dueFor([34, 33, 33]) - dueFor([34, 33]))).toBe(11);
  expect(total(penalties(reservation, whole))).toBe(10);
});
