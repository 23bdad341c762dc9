import { expect, it } from '@jest/globals';
import { part, priced, tierPenalties, total } from '../../testing/partial-refunds.js';
import { percent } from '../../testing/scenario.js';

/*
 * E5. 3 × 3,000,000. The first at 30 % bears a third of 2,700,000; the second at 60 %, 3,600,000 − 1,800,000 of
 * 5,400,000; the third doesn't show up and bears 9,000,000 − 6,000,000. Back come 2,100,000 + 1,200,000 + 0.
 */
const reservation = priced({ price: 9_000_000, passengers: 3 });

it('goes by the tier in which each is given back', () => {
  const wholes = tierPenalties(reservation, [percent(30), percent(60)]);
  expect(wholes).toEqual([2_700_000, 5_400_000, 9_000_000]);
  const parts = wholes.map((whole, index) => part(reservation, whole, [index + 1]));
  expect(parts).toEqual([
    { penalty: 900_000, diffrance: 2_100_000 },
    { penalty: 1_800_000, diffrance: 1_200_000 },
    { penalty: 3_000_000, diffrance: 0 },
  ]);
  expect(total(parts.map(({ penalty, diffrance }) => penalty + diffrance))).toBe(9_000_000);
});
