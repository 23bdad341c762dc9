import { expect, it } from '@jest/globals';
import { comesBack, part, penalties, priced, total, wholePenalty } from '../../testing/partial-refunds.js';
import { percent } from '../../testing/scenario.js';

/*
 * E1. 10,000,000 for 3 passengers are 3,333,334 / 3,333,333 / 3,333,333. 30 % are 3,000,000. The sums up to each
 * passenger are 3,333,334 / 6,666,667 / 10,000,000, of which the penalty takes 1,000,000.2, 2,000,000.1 and 3,000,000,
 * rounded: 1,000,000 each.
 */
const reservation = priced({ price: 10_000_000, passengers: 3 });
const whole = wholePenalty(percent(30), reservation);

it('bears a million each, in whatever order and groups they are given back', () => {
  expect(penalties(reservation, whole)).toEqual([1_000_000, 1_000_000, 1_000_000]);
  expect(comesBack(reservation, whole)).toEqual([2_333_334, 2_333_333, 2_333_333]);
  for (const groups of [[[1], [2], [3]], [[3], [1], [2]], [[2], [1, 3]], [[3, 2], [1]], [[1, 2, 3]]])
    expect(total(groups.map((group) => part(reservation, whole, group).diffrance))).toBe(7_000_000);
});
