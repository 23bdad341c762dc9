import { describe, expect, it } from '@jest/globals';
import { aroundBoundary, instant, item, percent, terms, untilClock, untilMinutes } from '../../testing/scenario.js';

/*
 * 10,000,000 Rial, in Tehran (+03:30); until noon N days before 10 %, later 50 %. Noon is 08:30 UTC.
 *
 *   departure                    N    noon N days before
 *   2028-03-01 10:00 = 06:30Z    1    2028-02-29, a leap day
 *   2027-03-01 10:00 = 06:30Z    1    2027-02-28
 *   2028-02-29 10:00 = 06:30Z    366  2027-02-28: 2028-02-29 is day 60 of its year, 366 days before is day 59 of 2027
 *   2027-05-01 10:00 = 06:30Z    3    2027-04-28
 *   2027-01-02 10:00 = 06:30Z    3    2026-12-30
 *   2027-03-11 00:30 = 2027-03-10 21:00Z   1   2027-03-10: the day of departure is the one of its own zone
 */
describe('days before a departure', () => {
  it.each([
    ['over a leap day', '2028-03-01T06:30:00Z', 1, '2028-02-29T08:30:00Z'],
    ['over the end of February', '2027-03-01T06:30:00Z', 1, '2027-02-28T08:30:00Z'],
    ['a year before a leap day', '2028-02-29T06:30:00Z', 366, '2027-02-28T08:30:00Z'],
    ['over the end of a month', '2027-05-01T06:30:00Z', 3, '2027-04-28T08:30:00Z'],
    ['over the end of a year', '2027-01-02T06:30:00Z', 3, '2026-12-30T08:30:00Z'],
    ['from a night that is another day in UTC', '2027-03-10T21:00:00Z', 1, '2027-03-10T08:30:00Z'],
  ])('are counted %s', (_name, startsAt, days, noon) => {
    const tiers = terms([untilClock(days, '12:00', percent(10)), untilMinutes(0, percent(50))]);
    expect(aroundBoundary(tiers, item({ startsAt: instant(startsAt) }), noon)).toEqual([
      1_000_000, 5_000_000, 5_000_000,
    ]);
  });
});
