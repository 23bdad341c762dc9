import { describe, expect, it } from '@jest/globals';
import { aroundBoundary, instant, item, penaltyAt, percent, terms, untilMinutes } from '../../testing/scenario.js';

/*
 * 10,000,000 Rial, start 2027-03-10 15:00 UTC; until 24 hours before 30 % (3,000,000), later 50 % (5,000,000).
 * For 60 minutes after issue giving back is free.
 *
 *   issued                   free until
 *   2027-03-01 10:00 UTC     11:00, then the first tier
 *   2027-03-09 14:30 UTC     15:30, over the end of the first tier at 15:00, then the second
 *   2027-03-10 14:30 UTC     15:00, the start: grace never outlasts it
 */
const startsAt = instant('2027-03-10T15:00:00Z');
const tiers = terms([untilMinutes(1440, percent(30)), untilMinutes(0, percent(50))], { graceMinutes: 60 });

describe('the grace after issue', () => {
  it.each([
    ['a tier that goes on', '2027-03-01T10:00:00Z', '2027-03-01T11:00:00Z', 3_000_000],
    ['a tier that began meanwhile', '2027-03-09T14:30:00Z', '2027-03-09T15:30:00Z', 5_000_000],
    ['the start', '2027-03-10T14:30:00Z', '2027-03-10T15:00:00Z', 10_000_000],
  ])('costs nothing and is followed by %s', (_next, issuedAt, end, penalty) => {
    const flight = item({ startsAt, issuedAt: instant(issuedAt) });
    expect(penaltyAt(tiers, flight, flight.issuedAt)).toBe(0);
    expect(aroundBoundary(tiers, flight, end)).toEqual([0, penalty, penalty]);
  });

  it('does not exist unless the rules give one', () => {
    const flight = item({ startsAt, issuedAt: instant('2027-03-01T10:00:00Z') });
    expect(penaltyAt({ ...tiers, graceMinutes: 0 }, flight, flight.issuedAt)).toBe(3_000_000);
  });
});
