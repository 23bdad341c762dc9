import { describe, expect, it } from '@jest/globals';
import {
  aroundBoundary,
  instant,
  item,
  penaltyOf,
  percent,
  terms,
  untilClock,
  untilMinutes,
} from '../../testing/scenario.js';

/*
 * Three nights for 10,000,000 Rial, check-in 2027-03-10 14:00 in Mashhad (+03:30) = 10:30 UTC.
 *
 *   until 14:00 two days before   nothing             2027-03-08 10:30 UTC
 *   until the start               one night, 10,000,000 ÷ 3 = 3,333,333.3…, so 3,333,333
 *   no-show                       two nights, 6,666,666.6…, so 6,666,667
 *
 * Five nights of a stay of three are three; a stay without nights counts as one.
 */
const nights = (count: number) => ({ measure: { nights: count } });

describe('a hotel by nights', () => {
  const stay = item({ startsAt: instant('2027-03-10T10:30:00Z'), nights: 3 });
  const tiers = terms([untilClock(2, '14:00', percent(0)), untilMinutes(0, nights(1))], { noShow: nights(2) });

  it('costs the average price of so many nights', () => {
    expect(aroundBoundary(tiers, stay, '2027-03-08T10:30:00Z')).toEqual([0, 3_333_333, 3_333_333]);
    expect(aroundBoundary(tiers, stay, '2027-03-10T10:30:00Z')).toEqual([3_333_333, 6_666_667, 6_666_667]);
  });

  it('costs no more nights than there are', () => {
    expect(penaltyOf(nights(5), 10_000_000, 3)).toBe(10_000_000);
    expect(penaltyOf(nights(1), 10_000_000, 0)).toBe(10_000_000);
    expect(penaltyOf({ ...nights(5), rounding: 1000 }, 10_000_400, 3)).toBe(10_000_000);
  });
});
