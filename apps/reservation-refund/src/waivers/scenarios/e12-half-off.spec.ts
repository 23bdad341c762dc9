import { expect, it } from '@jest/globals';
import { priced } from '../../testing/partial-refunds.js';
import { answer, detail, waivedReservation, waiver } from '../../testing/waivers.js';

/*
 * E12. Of 10,000,000 the rules keep 60 %, 6,000,000. 50 % off are 3,000,000, so that 3,000,000 are kept and 7,000,000
 * come back.
 */
const reservation = waivedReservation(
  priced({ price: 10_000_000, passengers: 1 }),
  { percent: 60 },
  waiver({ percent_off: 50 }),
);

it('takes half off the penalty, in the keys that clients read', () => {
  expect(JSON.stringify(answer(reservation))).toBe(
    '{"refundable":true,"reserve_id":10011,"diffrance":7000000,"price":10000000,"penalty":3000000}',
  );
});

it('names the waiver and what it takes off in detail alone', () => {
  expect(detail(reservation)).toMatchObject({
    penalty: 3_000_000,
    breakdown: [{ passenger: 1, price: 10_000_000, penalty: 3_000_000, diffrance: 7_000_000, waived: 3_000_000 }],
    whole: { price: 10_000_000, penalty: 6_000_000 },
    waiver: { id: 1, code: 'weather', waived: 3_000_000 },
  });
});
