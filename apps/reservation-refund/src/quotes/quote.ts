import type { ReservationStatus } from '@refundry/contracts';
import { Failure, type FailureCode } from '@refundry/errors';
import { Temporal } from 'temporal-polyfill';
import type { FoundReservation, FoundRules } from '../reservations/reservation-lookup.js';
import { termsOf } from '../rules/refund-terms.js';
import { penaltyTimeline, stretchAt, type Stretch } from './penalty.js';
import { refundItem } from './refund-item.js';

/** The penalty of a reservation at a moment. */
export interface Quote {
  readonly reservation: FoundReservation;
  /** Null where there are no rules for it. */
  readonly applied: AppliedStretch | null;
}

export interface AppliedStretch {
  readonly rules: FoundRules;
  readonly stretch: Stretch;
  readonly next: Stretch | undefined;
}

/** Why a reservation can't be given back any more; a canceled one has been. */
const refusals: Readonly<Record<ReservationStatus, FailureCode | null>> = {
  confirmed: null,
  canceled: 'already_refunded',
  refund: 'already_refunded',
  done: 'already_used',
};

/** @param at in milliseconds since 1970 @throws Failure `already_refunded`, `already_used` */
export function quoteAt(reservation: FoundReservation, at: number): Quote {
  const refusal = refusals[reservation.status];
  if (refusal) throw new Failure(refusal);
  const { rules } = reservation;
  return { reservation, applied: rules && appliedAt(rules, reservation, Temporal.Instant.fromEpochMilliseconds(at)) };
}

function appliedAt(rules: FoundRules, reservation: FoundReservation, at: Temporal.Instant): AppliedStretch {
  const timeline = penaltyTimeline(termsOf(rules), refundItem(reservation));
  const index = stretchAt(timeline, at);
  const stretch = timeline[index];
  if (!stretch) throw new Error('the timeline has a gap');
  return { rules, stretch, next: timeline[index + 1] };
}
