import { expect, it } from '@jest/globals';
import { comesBack, penalties, priced, total } from '../../testing/partial-refunds.js';

/*
 * E7. One fee of 1,000 for parts of 10,000, 5,000 and 10,000: of 10,000, 15,000 and 25,000 it takes 400, 600 and 1,000,
 * so the shares are 400, 200 and 400, and 9,600 + 4,800 + 9,600 = 24,000 come back.
 */
const reservation = priced([10_000, 5_000, 10_000]);

it('is borne by all parts of the reservation', () => {
  expect(penalties(reservation, 1000)).toEqual([400, 200, 400]);
  expect(comesBack(reservation, 1000)).toEqual([9600, 4800, 9600]);
  expect(total(comesBack(reservation, 1000))).toBe(24_000);
});
