import { Failure } from '@refundry/errors';
import type { FoundReservation } from '../reservations/reservation-lookup.js';
import { evenPrices } from './shares.js';

/** Passengers of a reservation who are given back together. */
export interface Selection {
  /** Places among the passengers from 1 on, in their order. */
  readonly passengers: readonly number[];
  /** In Rial. */
  readonly price: number;
  /** True where nobody else is on the reservation. */
  readonly isWhole: boolean;
}

/** The passengers of a reservation, and what they cost. */
type PricedPassengers = Pick<FoundReservation, 'price' | 'passengers' | 'passenger_prices' | 'refunded'>;

/** The price of each passenger of a reservation, in Rial. */
export const pricesOf = ({ price, passengers, passenger_prices: given }: PricedPassengers): readonly number[] =>
  given?.map(({ price: own }) => own) ?? evenPrices(price, passengers);

/** @param passengers places in any order; all that are left, unless it is said */
export function selectionOf(reservation: PricedPassengers, passengers?: readonly number[] | null): Selection {
  const selected = passengers ? inOrder(passengers) : leftOf(reservation);
  if (selected.length === reservation.passengers)
    return { passengers: selected, price: reservation.price, isWhole: true };
  const prices = pricesOf(reservation);
  return { passengers: selected, price: sumAt(prices, selected), isWhole: false };
}

const inOrder = (passengers: readonly number[]): number[] => [...new Set(passengers)].sort((a, b) => a - b);

function leftOf({ passengers, refunded }: PricedPassengers): number[] {
  const gone = new Set(refunded);
  return Array.from({ length: passengers }, (_none, index) => index + 1).filter((passenger) => !gone.has(passenger));
}

/** The sum of the amounts of passengers. @param amounts one for each passenger of the reservation */
export const sumAt = (amounts: readonly number[], passengers: readonly number[]): number =>
  passengers.reduce((sum, passenger) => sum + (amounts[passenger - 1] ?? 0), 0);

/** @throws Failure `unknown_passenger`, `passenger_refunded`, `already_refunded` where nobody is left */
export function refuseUnselectable({ passengers, refunded }: FoundReservation, selection: Selection): void {
  const unknown = selection.passengers.filter((passenger) => passenger > passengers);
  if (unknown.length > 0) throw refusal('unknown_passenger', unknown, 'There is no passenger');
  const gone = new Set(refunded);
  const again = selection.passengers.filter((passenger) => gone.has(passenger));
  if (again.length > 0) throw refusal('passenger_refunded', again, 'Refunded already is passenger');
  if (selection.passengers.length === 0) throw new Failure('already_refunded');
}

/** So many are named. */
const maxNamed = 20;

const refusal = (
  code: 'unknown_passenger' | 'passenger_refunded',
  passengers: readonly number[],
  text: string,
): Failure =>
  new Failure(code, {
    fields: { passenger_ids: passengers.slice(0, maxNamed).map((passenger) => `${text} ${passenger}.`) },
  });
