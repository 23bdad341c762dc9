import { describe, expect, it } from '@jest/globals';
import { aroundBoundary, instant, item, percent, terms, untilMinutes } from '../../testing/scenario.js';

/*
 * 10,000,000 Rial, start 2027-03-10 15:00 UTC; 50 % (5,000,000) until then.
 * Without a no-show tier 100 % (10,000,000) from the start on; with one of 80 %, 8,000,000.
 */
const flight = item({ startsAt: instant('2027-03-10T15:00:00Z') });
const tiers = [untilMinutes(0, percent(50))];

describe('not having shown up', () => {
  it('costs everything from the start on', () => {
    expect(aroundBoundary(terms(tiers), flight, '2027-03-10T15:00:00Z')).toEqual([5_000_000, 10_000_000, 10_000_000]);
  });

  it('costs what the rules say of it', () => {
    expect(aroundBoundary(terms(tiers, { noShow: percent(80) }), flight, '2027-03-10T15:00:00Z')).toEqual([
      5_000_000, 8_000_000, 8_000_000,
    ]);
  });
});
