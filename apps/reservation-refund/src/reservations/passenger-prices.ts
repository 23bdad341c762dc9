import type { DetailedReservation, PassengerPrice } from '@refundry/contracts';
import { invalid } from '@refundry/errors';

/** The part of a reservation that prices of passengers have to agree with. */
type PricedReservation = Pick<DetailedReservation, 'passengers' | 'price' | 'passenger_prices'>;

/**
 * The prices of the passengers in their order; null for none. A reservation that says no number of passengers has as
 * many as have prices.
 *
 * @throws Failure `invalid` where one is missing, or they don't add up
 */
export function passengerPrices(reservation: PricedReservation): readonly Required<PassengerPrice>[] | null {
  const { passenger_prices: given, price } = reservation;
  if (!given) return null;
  const passengers = passengersOf(reservation);
  const sorted = given
    .map(({ passenger, name = null, price: own, type = null }) => ({ passenger, name, price: own, type }))
    .toSorted((one, other) => one.passenger - other.passenger);
  if (sorted.length !== passengers || sorted.some(({ passenger }, index) => passenger !== index + 1))
    throw invalid({ passenger_prices: [`Give each passenger from 1 to ${passengers} one price.`] });
  if (sorted.reduce((sum, { price: own }) => sum + BigInt(own), 0n) !== BigInt(price))
    throw invalid({ passenger_prices: [`The prices must add up to ${price}.`] });
  return sorted;
}

export const passengersOf = ({ passengers, passenger_prices: prices }: PricedReservation): number =>
  passengers ?? Math.max(prices?.length ?? 1, 1);
