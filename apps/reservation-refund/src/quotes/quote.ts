import type { PassengerShare, ReservationStatus } from '@refundry/contracts';
import { Failure, type FailureCode } from '@refundry/errors';
import { Temporal } from 'temporal-polyfill';
import { promiseTo, type Promised } from '../manual-quotes/promised.js';
import type { FoundReservation, FoundRules } from '../reservations/reservation-lookup.js';
import { termsOf } from '../rules/refund-terms.js';
import { penaltyTimeline, stretchAt, type Stretch } from './penalty.js';
import { measuredPrice, weightsOf } from './passenger-weights.js';
import { refundItem } from './refund-item.js';
import { pricesOf, refuseUnselectable, sumAt, type Selection } from './selection.js';
import { sharesOf } from './shares.js';
import { noWaiver, waiversOf, type WaivedPart, type WaivedShares } from '../waivers/waived-shares.js';

/** The penalty of passengers of a reservation at a moment. */
export interface Quote extends WaivedPart {
  readonly reservation: FoundReservation;
  readonly selection: Selection;
  /** Null where there are no rules for it, and no answer of an operator. */
  readonly applied: AppliedStretch | AppliedPromise | null;
}

/** An operator's answer, in the place of the rules. */
export interface AppliedPromise {
  readonly promise: Promised;
  /** Of the selection, in Rial. */
  readonly penalty: number;
}

export interface AppliedStretch {
  readonly rules: FoundRules;
  /** Of the whole reservation. */
  readonly stretch: Stretch;
  readonly next: Stretch | undefined;
  /** Of the selection, in Rial, before anything is waived. */
  readonly penalty: number;
}

/** Why a reservation can't be given back any more; a canceled one has been. */
const refusals: Readonly<Record<ReservationStatus, FailureCode | null>> = {
  confirmed: null,
  canceled: 'already_refunded',
  refund: 'already_refunded',
  done: 'already_used',
};

/**
 * @param at in milliseconds since 1970
 * @throws Failure `already_refunded`, `already_used`, `unknown_passenger`, `passenger_refunded`
 */
export function quoteAt(reservation: FoundReservation, selection: Selection, at: number): Quote {
  refuseUnrefundable(reservation, selection);
  const instant = Temporal.Instant.fromEpochMilliseconds(at);
  const promise = promiseTo(selection, reservation.quotes, instant);
  if (promise) return { reservation, selection, applied: { promise, penalty: promise.penalty }, ...noWaiver };
  const { rules } = reservation;
  if (!rules) return { reservation, selection, applied: null, ...noWaiver };
  const stretches = appliedAt(rules, reservation, instant);
  const penalty = shareOf(stretches.stretch.penalty, reservation, selection);
  const waived = waivedAt(stretches.stretch.penalty, reservation, selection, at);
  return { reservation, selection, applied: { rules, penalty, ...stretches }, ...waived };
}

/** @throws Failure `already_refunded`, `already_used`, `unknown_passenger`, `passenger_refunded` */
export function refuseUnrefundable(reservation: FoundReservation, selection: Selection): void {
  const refusal = refusals[reservation.status];
  if (refusal) throw new Failure(refusal);
  refuseUnselectable(reservation, selection);
}

/** The penalty that a selection bears in the end. @param applied of the quote */
export const penaltyOf = ({ waived }: Pick<Quote, 'waived'>, { penalty }: Pick<AppliedStretch, 'penalty'>): number =>
  penalty - waived;

/** The waived part of a selection's share of a penalty of the whole. @param at in milliseconds since 1970 */
export const waivedAt = (
  whole: number,
  reservation: FoundReservation,
  { passengers }: Selection,
  at: number,
): WaivedPart =>
  reservation.waivers
    ? waiversOf(sharesOf(whole, weightsOf(reservation)), reservation.waivers, passengers, at)
    : noWaiver;

/** The share that a selection bears of a penalty of the whole reservation. */
export const shareOf = (whole: number, reservation: FoundReservation, { passengers, isWhole }: Selection): number =>
  isWhole ? whole : sumAt(sharesOf(whole, weightsOf(reservation)), passengers);

/** The shares that passengers bear of a penalty of the whole reservation. */
export function breakdownOf(
  whole: number,
  reservation: FoundReservation,
  { passengers }: Selection,
  waivedShares: WaivedShares = noWaiver.waivedShares,
): readonly PassengerShare[] {
  const prices = pricesOf(reservation);
  const shares = sharesOf(whole, weightsOf(reservation));
  return passengers.map((passenger) =>
    shareAt(passenger, prices[passenger - 1], shares[passenger - 1], waivedShares.get(passenger)?.waived),
  );
}

/** The shares that passengers bear of a penalty of theirs alone. */
export function breakdownWithin(
  penalty: number,
  reservation: FoundReservation,
  { passengers }: Selection,
): readonly PassengerShare[] {
  const all = pricesOf(reservation);
  const prices = passengers.map((passenger) => all[passenger - 1] ?? 0);
  const shares = sharesOf(penalty, prices);
  return passengers.map((passenger, index) => shareAt(passenger, prices[index], shares[index]));
}

function shareAt(passenger: number, price = 0, share = 0, waived = 0): PassengerShare {
  const penalty = share - waived;
  return { passenger, price, penalty, diffrance: price - penalty, ...(waived > 0 && { waived }) };
}

function appliedAt(
  rules: FoundRules,
  reservation: FoundReservation,
  at: Temporal.Instant,
): Pick<AppliedStretch, 'stretch' | 'next'> {
  const timeline = penaltyTimeline(termsOf(rules), refundItem({ ...reservation, price: measuredPrice(reservation) }));
  const index = stretchAt(timeline, at);
  const stretch = timeline[index];
  if (!stretch) throw new Error('the timeline has a gap');
  return { stretch, next: timeline[index + 1] };
}
