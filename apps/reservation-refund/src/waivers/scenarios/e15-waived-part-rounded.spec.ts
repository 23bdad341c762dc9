import { expect, it } from '@jest/globals';
import { priced } from '../../testing/partial-refunds.js';
import { answer, detail, waivedReservation, waiver } from '../../testing/waivers.js';

/*
 * E15. 33 % of a penalty of 1,000,001 are 330,000.33. The waived part is rounded half up, to 330,000; the penalty is
 * the rest, 670,001. Both add up.
 */
it('rounds the waived part, and keeps the rest', () => {
  const reservation = waivedReservation(
    priced({ price: 10_000_000, passengers: 1 }),
    { amount: 1_000_001 },
    waiver({ percent_off: 33 }),
  );
  expect(answer(reservation)).toMatchObject({ penalty: 670_001, diffrance: 9_329_999 });
  expect(detail(reservation)).toMatchObject({ waiver: { waived: 330_000 } });
});
