import { describe, expect, it } from '@jest/globals';
import {
  aroundBoundary,
  instant,
  item,
  penaltyAt,
  percent,
  terms,
  untilClock,
  untilMinutes,
} from '../../testing/scenario.js';

/*
 * A flight of 10,000,000 Rial leaves Tehran on 2027-03-10 at 18:30 (+03:30), which is 15:00 UTC.
 *
 *   until noon three days before   30 %    3,000,000   2027-03-07 12:00 +03:30 = 08:30 UTC
 *   until noon one day before      60 %    6,000,000   2027-03-09 12:00 +03:30 = 08:30 UTC
 *   until three hours before       70 %    7,000,000   2027-03-10 15:30 +03:30 = 12:00 UTC
 *   until the start               100 %   10,000,000   2027-03-10 18:30 +03:30 = 15:00 UTC
 */
const flight = item({ startsAt: instant('2027-03-10T15:00:00Z') });
const tiers = terms([
  untilClock(3, '12:00', percent(30)),
  untilClock(1, '12:00', percent(60)),
  untilMinutes(180, percent(70)),
  untilMinutes(0, percent(100)),
]);

describe('a domestic flight in Iran', () => {
  it.each([
    ['noon three days before', '2027-03-07T08:30:00Z', [3_000_000, 6_000_000, 6_000_000]],
    ['noon one day before', '2027-03-09T08:30:00Z', [6_000_000, 7_000_000, 7_000_000]],
    ['three hours before', '2027-03-10T12:00:00Z', [7_000_000, 10_000_000, 10_000_000]],
    ['the start', '2027-03-10T15:00:00Z', [10_000_000, 10_000_000, 10_000_000]],
  ])('costs more from %s on', (_boundary, at, penalties) => {
    expect(aroundBoundary(tiers, flight, at)).toEqual(penalties);
  });

  it('costs the first tier long before, and everything long after', () => {
    expect(penaltyAt(tiers, flight, instant('2026-01-01T00:00:00Z'))).toBe(3_000_000);
    expect(penaltyAt(tiers, flight, instant('2028-01-01T00:00:00Z'))).toBe(10_000_000);
  });

  it('changes within a nanosecond', () => {
    const noon = instant('2027-03-07T08:30:00Z');
    expect([noon.subtract({ nanoseconds: 1 }), noon].map((at) => penaltyAt(tiers, flight, at))).toEqual([
      3_000_000, 6_000_000,
    ]);
  });
});
