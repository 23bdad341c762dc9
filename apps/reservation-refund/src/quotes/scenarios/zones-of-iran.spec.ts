import { describe, expect, it } from '@jest/globals';
import { aroundBoundary, instant, item, percent, terms, untilClock, untilMinutes } from '../../testing/scenario.js';

/*
 * Iran gave up daylight-saving time after 2022. 10,000,000 Rial; until noon two days before 10 %, until noon one day
 * before 20 %, later 50 %.
 *
 * 2022: clocks go from 00:00 (+03:30) to 01:00 (+04:30) on 2022-03-22. Departure 2022-03-23 10:00 +04:30 = 05:30 UTC.
 *   noon two days before   2022-03-21 12:00 +03:30 = 08:30 UTC
 *   noon one day before    2022-03-22 12:00 +04:30 = 07:30 UTC
 * 2027: no change. Departure 2027-03-23 10:00 +03:30 = 06:30 UTC.
 *   noon two days before   2027-03-21 12:00 +03:30 = 08:30 UTC
 *   noon one day before    2027-03-22 12:00 +03:30 = 08:30 UTC
 */
const tiers = terms([
  untilClock(2, '12:00', percent(10)),
  untilClock(1, '12:00', percent(20)),
  untilMinutes(0, percent(50)),
]);

describe('a noon rule around the Iranian new year', () => {
  it.each([
    ['2022, with the change of the clock', '2022-03-23T05:30:00Z', '2022-03-21T08:30:00Z', '2022-03-22T07:30:00Z'],
    ['2027, without one', '2027-03-23T06:30:00Z', '2027-03-21T08:30:00Z', '2027-03-22T08:30:00Z'],
  ])('is right in %s', (_year, startsAt, first, second) => {
    const flight = item({ startsAt: instant(startsAt) });
    expect(aroundBoundary(tiers, flight, first)).toEqual([1_000_000, 2_000_000, 2_000_000]);
    expect(aroundBoundary(tiers, flight, second)).toEqual([2_000_000, 5_000_000, 5_000_000]);
  });
});
