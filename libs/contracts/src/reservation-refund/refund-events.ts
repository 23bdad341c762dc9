import { scopes } from '@refundry/auth';
import { eventType, IntegerField, type EventType } from '@refundry/resource';
import { eventEndpoints } from '../events.js';
import type { RefundState } from './refunds.js';

/** The content of the events of refunds, version 1. */
export class RefundEvent {
  @IntegerField({ label: 'ID of the refund' }) refund!: number;
  @IntegerField({ label: 'Reserve ID' }) reservation!: number;
}

const became = (state: RefundState, summary: string): EventType<RefundEvent> =>
  eventType({
    family: 'reservation',
    type: `reservation_refund.${state}`,
    version: 1,
    summary,
    of: RefundEvent,
    example: { refund: 1, reservation: 10011 },
    subjectOf: ({ reservation }) => `reservations/${reservation}`,
  });

/** The event of each state that a refund comes to. */
export const refundBecame: Readonly<Record<RefundState, EventType<RefundEvent>>> = {
  requested: became('requested', 'A reservation was given back for the penalty that was seen'),
  approved: became('approved', 'A refund was approved'),
  rejected: became('rejected', 'A refund was rejected, and its reservation is confirmed again'),
  paid: became('paid', 'A refund was paid'),
  failed: became('failed', 'Paying a refund failed'),
  withdrawn: became('withdrawn', 'A refund was withdrawn, and its passengers may be given back anew'),
};

/** The content of the events of waivers, version 1. */
export class WaiverEvent {
  @IntegerField({ label: 'ID of the waiver' }) waiver!: number;
  @IntegerField({ label: 'Reserve ID' }) reservation!: number;
}

const ofWaiver = (name: string, summary: string): EventType<WaiverEvent> =>
  eventType({
    family: 'reservation',
    type: `reservation_refund.${name}`,
    version: 1,
    summary,
    of: WaiverEvent,
    example: { waiver: 1, reservation: 10011 },
    subjectOf: ({ reservation }) => `reservations/${reservation}`,
  });

/** The events of waivers: each changes what giving a reservation back costs. */
export const waiverEvents = {
  approved: ofWaiver('waived', 'A waiver was approved, and passengers of a reservation have a lower penalty'),
  expired: ofWaiver('waiver_expired', 'The time of a waiver is over'),
  revoked: ofWaiver('waiver_revoked', 'A waiver was revoked'),
};

/** The content of the events of manual quotes, version 1. */
export class QuoteEvent {
  @IntegerField({ label: 'ID of the quote' }) quote!: number;
  @IntegerField({ label: 'Reserve ID' }) reservation!: number;
}

const quoteEvent = (name: string, summary: string): EventType<QuoteEvent> =>
  eventType({
    family: 'reservation',
    type: `reservation_refund.${name}`,
    version: 1,
    summary,
    of: QuoteEvent,
    example: { quote: 1, reservation: 10011 },
    subjectOf: ({ quote }) => `refund/quotes/${quote}`,
  });

/** The events of manual quotes. */
export const quoteEvents = {
  requested: quoteEvent('quote_requested', 'An operator is to price what no rule prices'),
  quoted: quoteEvent('quoted', 'An operator has priced what no rule prices'),
  declined: quoteEvent('quote_declined', 'What was to be priced is not, by an operator, or because rules price it'),
  expired: quoteEvent('quote_expired', 'The price of an operator holds no more'),
  overdue: quoteEvent('quote_overdue', 'The time to answer a manual quote is over'),
} as const;

export const reservationEvents = eventEndpoints({
  family: 'reservation',
  scope: scopes.reservation.read,
  exampleType: refundBecame.paid,
  exampleUrl: 'http://127.0.0.1:8080/api/reservation/v1/events/',
});
