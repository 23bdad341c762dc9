import { describe, expect, it } from '@jest/globals';
import type { PassengerPrice } from '@refundry/contracts';
import fc from 'fast-check';
import { breakdownOf, quoteAt, shareOf } from '../quote.js';
import { selectionOf } from '../selection.js';
import type { FoundReservation, FoundRules } from '../../reservations/reservation-lookup.js';
import { priced, total } from '../../testing/partial-refunds.js';

/*
 * An adult for 5,000,000, a child for 2,500,000 that bears half of what an adult does, and an infant for 500,000 that
 * bears nothing. 30 % are measured by 5,000,000 + 1,250,000 = 6,250,000: 1,875,000, of which the adult bears 1,500,000
 * and the child 375,000, 15 % of its price.
 */
const passengers: readonly PassengerPrice[] = [
  { passenger: 1, price: 5_000_000, type: 'adult' },
  { passenger: 2, price: 2_500_000, type: 'child' },
  { passenger: 3, price: 500_000, type: 'infant' },
];
const rules = (terms: Partial<FoundRules> = {}): FoundRules => ({
  id: 1,
  version: 1,
  name: 'Flights',
  grace_minutes: 0,
  tiers: [{ minutes_before: 0, percent: 30 }],
  child_percent: 50,
  infant_percent: 0,
  ...terms,
});
const family = (given: FoundRules, of = passengers): FoundReservation => ({
  ...priced(of.map(({ price }) => price)),
  passenger_prices: of,
  rules: given,
});
const aMonthBefore = Date.parse('2027-02-10T15:00:00Z');
const quoted = (reservation: FoundReservation): { whole: number; penalties: number[] } => {
  const { applied } = quoteAt(reservation, selectionOf(reservation), aMonthBefore);
  if (!applied || !('stretch' in applied)) throw new Error('no rule prices it');
  const whole = applied.stretch.penalty;
  const shares = breakdownOf(whole, reservation, selectionOf(reservation));
  return { whole, penalties: shares.map(({ penalty }) => penalty) };
};

describe('children and infants', () => {
  it('bear what the rules say of an adult of the same price', () => {
    expect(quoted(family(rules()))).toEqual({ whole: 1_875_000, penalties: [1_500_000, 375_000, 0] });
  });

  it('bear as much as an adult where rules say nothing of them, or the reservation says no types', () => {
    const alike = { whole: 2_400_000, penalties: [1_500_000, 750_000, 150_000] };
    expect(quoted(family(rules({ child_percent: null, infant_percent: null })))).toEqual(alike);
    const untyped = passengers.map(({ type: _type, ...one }) => one);
    expect(quoted(family(rules(), untyped))).toEqual(alike);
  });

  it('share a minimum of the reservation, which is no more than what is measured', () => {
    const withMinimum = rules({ tiers: [{ minutes_before: 0, percent: 0, minimum: 7_000_000 }] });
    expect(quoted(family(withMinimum))).toEqual({ whole: 6_250_000, penalties: [5_000_000, 1_250_000, 0] });
  });

  it('have shares that add up, and bear no more than their prices, in whatever groups', () => {
    const someone = fc.record({
      price: fc.oneof(fc.nat(7), fc.nat(50_000_000)),
      type: fc.constantFrom('adult' as const, 'child' as const, 'infant' as const, null),
    });
    fc.assert(
      fc.property(
        fc.array(someone, { minLength: 1, maxLength: 8 }),
        fc.record({ child: fc.nat(100), infant: fc.nat(100), percent: fc.nat(100) }),
        (people, { child, infant, percent }) => {
          const of = people.map((one, index) => ({ ...one, passenger: index + 1 }));
          const terms = { child_percent: child, infant_percent: infant, tiers: [{ minutes_before: 0, percent }] };
          const reservation = family(rules(terms), of);
          const { whole, penalties } = quoted(reservation);
          expect(total(penalties)).toBe(whole);
          expect(penalties.every((penalty, index) => penalty >= 0 && penalty <= people[index]!.price)).toBe(true);
          const odd = of.map(({ passenger }) => passenger).filter((passenger) => passenger % 2 === 1);
          expect(shareOf(whole, reservation, selectionOf(reservation, odd))).toBe(
            total(odd.map((passenger) => penalties[passenger - 1]!)),
          );
        },
      ),
      { seed: 20_261_130, numRuns: 5000 },
    );
  });
});
