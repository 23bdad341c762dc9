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
 * "Until 02:30, one day before", in Berlin, for 10,000,000 Rial: 10 % (1,000,000), later 50 % (5,000,000).
 *
 * 2027-03-28 has no 02:30: the clock goes from 02:00 (+01:00) to 03:00 (+02:00). The tier ends an hour later by the
 * clock, at 03:30 +02:00 = 01:30 UTC. 2027-10-31 has two: 02:30 +02:00 = 00:30 UTC and 02:30 +01:00 = 01:30 UTC. The
 * tier ends at the second.
 *
 * "Until 02:30, and then until 03:00" on 2027-03-28: the first ends at 03:30 +02:00 = 01:30 UTC, behind 03:00 +02:00 =
 * 01:00 UTC; nothing is left of the second.
 */
const tiers = terms([untilClock(1, '02:30', percent(10)), untilMinutes(0, percent(50))]);
const on = (startsAt: string) => item({ startsAt: instant(startsAt), zone: 'Europe/Berlin' });

describe('a tier that ends at a time', () => {
  it('which the clock leaps over ends as much later', () => {
    expect(aroundBoundary(tiers, on('2027-03-29T08:00:00Z'), '2027-03-28T01:30:00Z')).toEqual([
      1_000_000, 5_000_000, 5_000_000,
    ]);
  });

  it('which the clock shows twice ends at the second', () => {
    expect(aroundBoundary(tiers, on('2027-11-01T09:00:00Z'), '2027-10-31T01:30:00Z')).toEqual([
      1_000_000, 5_000_000, 5_000_000,
    ]);
  });

  it('behind the end of the next one leaves the next no time', () => {
    const close = terms([
      untilClock(1, '02:30', percent(10)),
      untilClock(1, '03:00', percent(20)),
      untilMinutes(0, percent(50)),
    ]);
    const flight = on('2027-03-29T08:00:00Z');
    expect(aroundBoundary(close, flight, '2027-03-28T01:30:00Z')).toEqual([1_000_000, 5_000_000, 5_000_000]);
    expect(penaltyAt(close, flight, instant('2027-03-28T01:15:00Z'))).toBe(1_000_000);
  });
});
