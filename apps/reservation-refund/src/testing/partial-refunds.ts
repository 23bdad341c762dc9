import { penaltyTimeline, stretchAt, type Charge } from '../quotes/penalty.js';
import { selectionOf } from '../quotes/selection.js';
import { breakdownOf, shareOf } from '../quotes/quote.js';
import type { FoundReservation } from '../reservations/reservation-lookup.js';
import { instant, item, penaltyOf, terms, untilMinutes } from './scenario.js';

/** A reservation of which a scenario says only what its passengers cost. */
export const priced = (
  prices: readonly number[] | { readonly price: number; readonly passengers: number },
): FoundReservation => {
  const given =
    'price' in prices
      ? { ...prices, passenger_prices: null }
      : { price: total(prices), passengers: prices.length, passenger_prices: prices.map((price) => ({ price })) };
  return {
    id: 10_011,
    status: 'confirmed',
    nights: null,
    issued_at: '2026-01-01T00:00:00Z',
    starts_at: '2027-03-10T15:00:00Z',
    zone: 'Asia/Tehran',
    refunded: [],
    quotes: null,
    rules: null,
    waivers: null,
    ...given,
  };
};

export const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** The penalty of the whole reservation. */
export const wholePenalty = (charge: Charge, { price }: FoundReservation): number => penaltyOf(charge, price) ?? NaN;

/** The penalty that passengers bear together, and what comes back to them. */
export function part(
  reservation: FoundReservation,
  whole: number,
  passengers: readonly number[],
): { penalty: number; diffrance: number } {
  const selection = selectionOf(reservation, passengers);
  const penalty = shareOf(whole, reservation, selection);
  return { penalty, diffrance: selection.price - penalty };
}

/** The penalty of each passenger. */
export const penalties = (reservation: FoundReservation, whole: number): number[] =>
  breakdownOf(whole, reservation, selectionOf(reservation)).map(({ penalty }) => penalty);

/** The amount that comes back to each passenger. */
export const comesBack = (reservation: FoundReservation, whole: number): number[] =>
  breakdownOf(whole, reservation, selectionOf(reservation)).map(({ diffrance }) => diffrance);

/** The whole penalty a second before the first boundary, a second before the start, and at the start. */
export function tierPenalties(reservation: FoundReservation, charges: readonly [Charge, Charge]): number[] {
  const { price, starts_at: startsAt } = reservation;
  const timeline = penaltyTimeline(
    terms([untilMinutes(1440, charges[0]), untilMinutes(0, charges[1])]),
    item({ startsAt: instant(startsAt), price }),
  );
  return [-1441, -1, 0].map(
    (minutes) => timeline[stretchAt(timeline, instant(startsAt).add({ minutes }))]?.penalty ?? NaN,
  );
}
