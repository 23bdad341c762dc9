import type { PassengerType } from '@refundry/contracts';
import type { FoundReservation, FoundRules } from '../reservations/reservation-lookup.js';
import { pricesOf } from './selection.js';

type WeighedReservation = Pick<FoundReservation, 'price' | 'passengers' | 'passenger_prices' | 'refunded' | 'rules'>;

/** The percentage of an adult's penalty that a passenger of a type bears. */
const percentBorne = (rules: FoundRules, type: PassengerType | null | undefined): number =>
  (type === 'child' ? rules.child_percent : type === 'infant' ? rules.infant_percent : null) ?? 100;

/** Whether rules tell passengers apart. */
const tellsApart = (rules: FoundRules | null): rules is FoundRules =>
  rules !== null && (rules.child_percent !== null || rules.infant_percent !== null);

/**
 * The weights by which passengers share a penalty: their prices, or hundredths of these where rules have children or
 * infants bear less.
 */
export function weightsOf(reservation: WeighedReservation): readonly (number | bigint)[] {
  const { rules, passenger_prices: given } = reservation;
  if (!tellsApart(rules) || !given) return pricesOf(reservation);
  return given.map(({ price, type }) => BigInt(price) * BigInt(percentBorne(rules, type)));
}

/** The price that a penalty is measured by, in Rial: without the parts that children and infants don't bear. */
export function measuredPrice(reservation: WeighedReservation): number {
  const { rules, passenger_prices: given, price } = reservation;
  if (!tellsApart(rules) || !given) return price;
  return Number(weightsOf(reservation).reduce<bigint>((sum, weight) => sum + BigInt(weight), 0n) / 100n);
}
