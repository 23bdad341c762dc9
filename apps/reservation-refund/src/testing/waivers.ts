import type { RefundQuote } from '@refundry/contracts';
import type { Actor } from '@refundry/resource';
import { answeredQuote, detailedQuote } from '../quotes/answered-quote.js';
import { quoteAt } from '../quotes/quote.js';
import { selectionOf } from '../quotes/selection.js';
import type { FoundReservation } from '../reservations/reservation-lookup.js';
import type { FoundWaiver } from '../waivers/found-waiver.js';

/** An approved waiver of which a scenario says only what it is about. */
export const waiver = (others: Partial<FoundWaiver>): FoundWaiver => ({
  id: 1,
  code: 'weather',
  passengers: [1],
  penalty: null,
  percent_off: null,
  max_waived: null,
  largest_percent: null,
  valid_until: null,
  ...others,
});

/** A reservation whose rules keep so much at any moment before its start, with its waivers. */
export const waivedReservation = (
  reservation: FoundReservation,
  kept: { readonly percent: number } | { readonly amount: number },
  ...waivers: readonly FoundWaiver[]
): FoundReservation => ({
  ...reservation,
  rules: {
    id: 1,
    version: 1,
    name: 'Flights',
    child_percent: null,
    infant_percent: null,
    grace_minutes: 0,
    tiers: [{ minutes_before: 0, ...kept }],
  },
  waivers,
});

const aMonthBefore = Date.parse('2027-02-10T15:00:00Z');

/** The answer to an existing client, for all passengers or some. */
export const answer = (reservation: FoundReservation, passengers?: readonly number[], at = aMonthBefore): RefundQuote =>
  answeredQuote(quoteAt(reservation, selectionOf(reservation, passengers), at));

/** The answer in detail. */
export const detail = (reservation: FoundReservation, passengers?: readonly number[]): RefundQuote =>
  detailedQuote(quoteAt(reservation, selectionOf(reservation, passengers), aMonthBefore));

/** A person with an organisation token of their own. */
export const person = (token: number, domain = 'shop.example'): Actor => ({
  kind: 'signed_token',
  id: `${domain} ${token}`,
});
