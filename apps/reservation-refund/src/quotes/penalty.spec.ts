import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { penaltyAt } from '../testing/scenario.js';
import { penaltyTimeline, stretchAt, type Charge, type RefundItem, type RefundTerms, type Tier } from './penalty.js';

const second = 1000;
const begin = Date.UTC(2021, 0, 1);
const end = Date.UTC(2031, 0, 1);
const settings = { seed: 20_261_122, numRuns: 300 };

const moments = fc
  .integer({ min: begin / second, max: end / second })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * second));
const charges: fc.Arbitrary<Charge> = fc.record({
  measure: fc.oneof(
    fc.record({ percent: fc.nat(100) }),
    fc.record({ amount: fc.nat(100_000_000) }),
    fc.record({ nights: fc.nat(20) }),
  ),
  minimum: fc.option(fc.nat(1000), { nil: undefined }),
  maximum: fc.option(fc.integer({ min: 1000, max: 100_000_000 }), { nil: undefined }),
  rounding: fc.option(fc.constantFrom(1, 10, 10_000), { nil: undefined }),
});
const items: fc.Arbitrary<RefundItem> = fc.record({
  price: fc.nat(100_000_000),
  nights: fc.nat(15),
  startsAt: moments,
  issuedAt: moments,
  zone: fc.constantFrom(
    'Asia/Tehran',
    'Europe/Berlin',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'UTC',
  ),
});
const clocks = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const tiers: fc.Arbitrary<Tier[]> = fc
  .array(
    fc.record({
      end: fc.oneof(
        fc.record({ minutesBefore: fc.integer({ min: 1, max: 20_000 }) }),
        fc.record({ daysBefore: fc.nat(14), clock: clocks }),
      ),
      charge: charges,
    }),
    { maxLength: 5 },
  )
  .chain((some) => charges.map((charge) => [...some, { end: { minutesBefore: 0 }, charge }]));
const rules: fc.Arbitrary<RefundTerms> = fc.record({
  graceMinutes: fc.nat(10_000),
  tiers,
  noShow: fc.option(charges, { nil: undefined }),
});
/** As far from the start as the tiers reach. */
const nearStart = (item: RefundItem, minutes: number): Temporal.Instant => item.startsAt.add({ minutes });
const distances = fc.integer({ min: -25_000, max: 5000 });

describe('the penalty of any item under any rules', () => {
  it('is whole, never above the price and never negative', () => {
    fc.assert(
      fc.property(rules, items, distances, (terms, item, minutes) => {
        const penalty = penaltyAt(terms, item, nearStart(item, minutes));
        expect(Number.isSafeInteger(penalty)).toBe(true);
        expect(penalty).toBeGreaterThanOrEqual(0);
        expect(penalty).toBeLessThanOrEqual(item.price);
      }),
      settings,
    );
  });

  it('never falls as time passes where no tier costs less than the one before it, outside the grace', () => {
    const rising = fc
      .array(fc.nat(100), { minLength: 6, maxLength: 6 })
      .map((percentages) => percentages.sort((left, right) => left - right));
    fc.assert(
      fc.property(rules, rising, items, distances, distances, (terms, percentages, item, one, other) => {
        const climbing = {
          graceMinutes: 0,
          tiers: terms.tiers.map((tier, index) => ({
            ...tier,
            charge: { measure: { percent: percentages[index] ?? 100 } },
          })),
        };
        const [sooner, later] = [Math.min(one, other), Math.max(one, other)].map(
          (minutes) => penaltyAt(climbing, item, nearStart(item, minutes)) ?? NaN,
        );
        expect(sooner).toBeLessThanOrEqual(later ?? NaN);
      }),
      settings,
    );
  });

  it('has one stretch of the timeline for every moment', () => {
    fc.assert(
      fc.property(rules, items, distances, (terms, item, minutes) => {
        const timeline = penaltyTimeline(terms, item);
        const at = nearStart(item, minutes);
        const around = timeline.filter(
          ({ from, until }) =>
            (!from || Temporal.Instant.compare(from, at) <= 0) && (!until || Temporal.Instant.compare(at, until) < 0),
        );
        expect(around).toEqual([timeline[stretchAt(timeline, at)]]);
        expect(timeline.slice(1).map(({ from }) => String(from))).toEqual(
          timeline.slice(0, -1).map(({ until }) => String(until)),
        );
        expect([timeline[0]?.from, timeline.at(-1)?.until]).toEqual([undefined, undefined]);
        expect(String(timeline.at(-1)?.from)).toBe(String(item.startsAt));
      }),
      settings,
    );
  });
});
