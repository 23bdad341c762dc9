import { Temporal } from 'temporal-polyfill';
import type { FoundReservation } from '../reservations/reservation-lookup.js';
import type { RefundItem } from './penalty.js';

/** The input of the calculation for a reservation. */
export const refundItem = ({
  price,
  nights,
  zone,
  issued_at: issuedAt,
  starts_at: startsAt,
}: Pick<FoundReservation, 'price' | 'nights' | 'zone' | 'issued_at' | 'starts_at'>): RefundItem => ({
  price,
  nights: nights ?? 0,
  zone,
  issuedAt: Temporal.Instant.from(issuedAt),
  startsAt: Temporal.Instant.from(startsAt),
});
