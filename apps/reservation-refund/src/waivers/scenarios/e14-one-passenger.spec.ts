import { expect, it } from '@jest/globals';
import { priced } from '../../testing/partial-refunds.js';
import { answer, detail, waivedReservation, waiver } from '../../testing/waivers.js';

/*
 * E14. Of E1's reservation, 10,000,000 for 3 passengers of whom each bears 1,000,000 of a penalty of 3,000,000, the
 * second has a waiver of 50 %: of 1,000,000 half is 500,000. To that passenger 3,333,333 - 500,000 = 2,833,333 come
 * back; what the others bear stays 1,000,000 each.
 */
const reservation = waivedReservation(
  priced({ price: 10_000_000, passengers: 3 }),
  { percent: 30 },
  waiver({ passengers: [2], percent_off: 50 }),
);

it('lowers the share of that passenger', () => {
  expect(answer(reservation, [2])).toMatchObject({ penalty: 500_000, diffrance: 2_833_333 });
});

it('leaves the others what they bear, alone and together', () => {
  expect(answer(reservation, [1])).toMatchObject({ penalty: 1_000_000, diffrance: 2_333_334 });
  expect(answer(reservation, [1, 3])).toMatchObject({ penalty: 2_000_000, diffrance: 4_666_667 });
  expect(detail(reservation, [1, 3])).not.toHaveProperty('waiver');
  expect(answer(reservation)).toMatchObject({ penalty: 2_500_000, diffrance: 7_500_000 });
  expect(detail(reservation)).toMatchObject({
    breakdown: [
      { passenger: 1, price: 3_333_334, penalty: 1_000_000, diffrance: 2_333_334 },
      { passenger: 2, price: 3_333_333, penalty: 500_000, diffrance: 2_833_333, waived: 500_000 },
      { passenger: 3, price: 3_333_333, penalty: 1_000_000, diffrance: 2_333_333 },
    ],
    whole: { penalty: 3_000_000 },
    waiver: { id: 1, code: 'weather', waived: 500_000 },
  });
});
