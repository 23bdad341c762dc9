import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharesOf } from '../quotes/shares.js';
import { priced } from '../testing/partial-refunds.js';
import { answer, detail, waivedReservation, waiver } from '../testing/waivers.js';
import { waivedOf, waiversOf } from './waived-shares.js';

const runs = { seed: 20_261_130, numRuns: 20_000 };
const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);

/** Shares of a penalty, and a waiver of some of the passengers. */
const waivedGroup = fc
  .record({
    prices: fc.array(fc.oneof(fc.nat(3), fc.nat(100_000_000)), { minLength: 1, maxLength: 9 }),
    part: fc.integer({ min: 0, max: 100 }),
    isCovered: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    measure: fc.oneof(
      fc.record({ percent_off: fc.integer({ min: 1, max: 100 }), penalty: fc.constant(null) }),
      fc.record({ percent_off: fc.constant(null), penalty: fc.nat(200_000_000) }),
    ),
    max_waived: fc.option(fc.nat(100_000_000)),
    largest_percent: fc.option(fc.integer({ min: 1, max: 100 })),
    groups: fc.array(fc.nat(3), { minLength: 9, maxLength: 9 }),
  })
  .map(({ prices, part, isCovered, measure, groups, ...limits }) => ({
    penalties: sharesOf(Math.floor((sum(prices) * part) / 100), prices),
    groups,
    waiver: waiver({
      ...measure,
      ...limits,
      passengers: prices.flatMap((_price, index) => (isCovered[index] ? [index + 1] : [])),
    }),
  }));

describe('what is waived of passengers', () => {
  it('adds up to what is waived of all of them, in any groups, and is no more than each bears', () => {
    fc.assert(
      fc.property(waivedGroup, ({ penalties, groups, waiver: one }) => {
        const places = penalties.map((_penalty, index) => index + 1);
        const waivedFor = (passengers: readonly number[]): number => waiversOf(penalties, [one], passengers, 0).waived;
        const whole = waivedOf(sum(one.passengers.map((passenger) => penalties[passenger - 1] ?? 0)), one);
        expect(waivedFor(places)).toBe(whole);
        const grouped = [0, 1, 2, 3].map((group) => places.filter((place) => groups[place - 1] === group));
        expect(sum(grouped.map(waivedFor))).toBe(whole);
        for (const place of places) {
          expect(waivedFor([place])).toBeGreaterThanOrEqual(0);
          expect(waivedFor([place])).toBeLessThanOrEqual(penalties[place - 1] ?? 0);
        }
      }),
      runs,
    );
  });

  it('is rounded half up where products outgrow what a float holds', () => {
    // 33 % of 9,007,199,254,740,991 are 2,972,375,754,064,527.03; 50 % of it end in a half.
    const largest = 9_007_199_254_740_991;
    const measure = { penalty: null, max_waived: null, largest_percent: null };
    expect(waivedOf(largest, { ...measure, percent_off: 33 })).toBe(2_972_375_754_064_527);
    expect(waivedOf(largest, { ...measure, percent_off: 50 })).toBe(4_503_599_627_370_496);
  });

  it('is no more than one person may waive, and than the code allows', () => {
    const measure = { penalty: 0, percent_off: null, max_waived: null, largest_percent: null };
    expect(waivedOf(1001, { ...measure, max_waived: 400 })).toBe(400);
    expect(waivedOf(1001, { ...measure, largest_percent: 50 })).toBe(501);
    expect(waivedOf(1001, { ...measure, max_waived: 2000, largest_percent: 100 })).toBe(1001);
  });

  it('never raises a penalty', () => {
    expect(waivedOf(1000, { penalty: 4000, percent_off: null, max_waived: null, largest_percent: null })).toBe(0);
  });
});

describe('waivers of a reservation', () => {
  const trip = priced({ price: 10_000_000, passengers: 3 });

  it('hold until they end, and no more when they do', () => {
    const until = '2027-02-10T12:00:00.000001+00:00';
    const reservation = waivedReservation(
      trip,
      { percent: 30 },
      waiver({ passengers: [1, 2, 3], penalty: 0, valid_until: until }),
    );
    const at = Date.parse('2027-02-10T12:00:00Z');
    expect([at - 1, at, at + 1].map((moment) => answer(reservation, undefined, moment).penalty)).toEqual([
      0, 0, 3_000_000,
    ]);
  });

  it('apply beside each other to passengers of their own, and are named where one applies alone', () => {
    const reservation = waivedReservation(
      trip,
      { percent: 30 },
      waiver({ id: 1, passengers: [1], percent_off: 10 }),
      waiver({ id: 2, code: 'medical', passengers: [3], penalty: 0 }),
    );
    expect(detail(reservation, [2, 3])).toMatchObject({ waiver: { id: 2, code: 'medical', waived: 1_000_000 } });
    expect(detail(reservation)).toMatchObject({
      penalty: 1_900_000,
      breakdown: [{ waived: 100_000 }, { penalty: 1_000_000 }, { waived: 1_000_000 }],
    });
    expect(detail(reservation)).not.toHaveProperty('waiver');
  });

  it('leave passengers alone who are no more on it', () => {
    const reservation = waivedReservation(trip, { percent: 30 }, waiver({ passengers: [3, 4], percent_off: 50 }));
    expect(answer(reservation)).toMatchObject({ penalty: 2_500_000 });
  });
});
