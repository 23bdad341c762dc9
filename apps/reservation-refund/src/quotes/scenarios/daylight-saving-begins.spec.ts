import { describe, expect, it } from '@jest/globals';
import { aroundBoundary, instant, item, percent, terms, untilClock, untilMinutes } from '../../testing/scenario.js';

/*
 * Clocks in Berlin go from 02:00 (+01:00) to 03:00 (+02:00) on Sunday, 2027-03-28.
 * A flight of 10,000,000 Rial leaves there on Monday, 2027-03-29, at 10:00 +02:00 = 08:00 UTC.
 *
 *   until noon two days before   10 %   1,000,000   2027-03-27 12:00 +01:00 = 11:00 UTC
 *   until noon one day before    20 %   2,000,000   2027-03-28 12:00 +02:00 = 10:00 UTC, 23 hours later
 *   until the start              50 %   5,000,000
 *
 * Counted in minutes it is another boundary: 2,880 minutes before are 2027-03-27 08:00 UTC, when the clock there shows
 * 09:00.
 */
const flight = item({ startsAt: instant('2027-03-29T08:00:00Z'), zone: 'Europe/Berlin' });
const byClock = terms([
  untilClock(2, '12:00', percent(10)),
  untilClock(1, '12:00', percent(20)),
  untilMinutes(0, percent(50)),
]);
const byMinutes = terms([untilMinutes(2880, percent(10)), untilMinutes(0, percent(50))]);

describe('daylight-saving time that begins before the departure', () => {
  it('leaves noon at noon, on the day before the change and on the day of it', () => {
    expect(aroundBoundary(byClock, flight, '2027-03-27T11:00:00Z')).toEqual([1_000_000, 2_000_000, 2_000_000]);
    expect(aroundBoundary(byClock, flight, '2027-03-28T10:00:00Z')).toEqual([2_000_000, 5_000_000, 5_000_000]);
  });

  it('changes nothing about minutes', () => {
    expect(aroundBoundary(byMinutes, flight, '2027-03-27T08:00:00Z')).toEqual([1_000_000, 5_000_000, 5_000_000]);
  });
});
