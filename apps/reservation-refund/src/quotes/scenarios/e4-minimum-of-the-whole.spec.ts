import { expect, it } from '@jest/globals';
import { part, priced, wholePenalty } from '../../testing/partial-refunds.js';
import { percent } from '../../testing/scenario.js';

/*
 * E4. 10 % of 4,000,000 are 400,000, raised to the minimum of 1,000,000, which is the reservation's: a quarter of it is
 * 250,000, and four quarters are 1,000,000.
 */
const reservation = priced({ price: 4_000_000, passengers: 4 });
const whole = wholePenalty(percent(10, { minimum: 1_000_000 }), reservation);

it('shares the minimum of the reservation', () => {
  expect(part(reservation, whole, [2])).toEqual({ penalty: 250_000, diffrance: 750_000 });
  expect(part(reservation, whole, [1, 2, 3, 4])).toEqual({ penalty: 1_000_000, diffrance: 3_000_000 });
});
