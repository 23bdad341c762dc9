import { expect, it } from '@jest/globals';
import { priced } from '../../testing/partial-refunds.js';
import { answer, waivedReservation, waiver } from '../../testing/waivers.js';

/* E13. The airline has cancelled: a penalty of 0 in the place of 6,000,000. All of 10,000,000 comes back. */
it('says that the penalty is 0', () => {
  const cancelled = waiver({ code: 'airline_cancelled', penalty: 0 });
  const reservation = waivedReservation(priced({ price: 10_000_000, passengers: 1 }), { percent: 60 }, cancelled);
  expect(JSON.stringify(answer(reservation))).toBe(
    '{"refundable":true,"reserve_id":10011,"diffrance":10000000,"price":10000000,"penalty":0}',
  );
});
