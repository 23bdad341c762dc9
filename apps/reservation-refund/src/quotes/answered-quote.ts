import type { PenaltyStretch, RefundQuote } from '@refundry/contracts';
import type { Temporal } from 'temporal-polyfill';
import type { Stretch } from './penalty.js';
import { breakdownOf, breakdownWithin, penaltyOf, shareOf, waivedAt, type Quote } from './quote.js';

/** A quote as the document prints it. */
export function answeredQuote(quote: Quote): RefundQuote {
  const {
    reservation: { id },
    selection: { price },
    applied,
  } = quote;
  if (!applied) return { refundable: false, reserve_id: id, diffrance: 0, price };
  const penalty = penaltyOf(quote, applied);
  return { refundable: true, reserve_id: id, diffrance: price - penalty, price, penalty };
}

/** The same with what applied, what comes next, and what each passenger bears. */
export function detailedQuote(quote: Quote): RefundQuote {
  const { applied, reservation, selection, waived, waiver, waivedShares } = quote;
  if (!applied) return answeredQuote(quote);
  if ('promise' in applied)
    return Object.assign(answeredQuote(quote), {
      quote: { id: applied.promise.id, valid_until: applied.promise.validUntil.toString() },
      breakdown: breakdownWithin(applied.penalty, reservation, selection),
      refunded_passengers: reservation.refunded,
    });
  const {
    rules: { id, version, name },
    stretch,
    next,
  } = applied;
  return Object.assign(answeredQuote(quote), {
    rule: { id, version, name },
    tier: tierName(stretch),
    until: text(stretch.until),
    next: next ? answeredStretch({ ...next, penalty: penaltyIn(next, quote) }, selection.price) : null,
    breakdown: breakdownOf(stretch.penalty, reservation, selection, waivedShares),
    refunded_passengers: reservation.refunded,
    whole: { price: reservation.price, penalty: stretch.penalty },
    ...(waiver && { waiver: { id: waiver.id, code: waiver.code, waived } }),
  });
}

/** The penalty of a quote's selection when another stretch begins. */
function penaltyIn({ penalty: whole, from }: Stretch, { reservation, selection }: Quote): number {
  const { waived } = waivedAt(whole, reservation, selection, from?.epochMilliseconds ?? 0);
  return shareOf(whole, reservation, selection) - waived;
}

export const answeredStretch = (stretch: Stretch, price: number): PenaltyStretch => ({
  from: text(stretch.from),
  until: text(stretch.until),
  tier: tierName(stretch),
  penalty: stretch.penalty,
  diffrance: price - stretch.penalty,
});

const tierName = ({ tier }: Stretch): string => (typeof tier === 'number' ? `tiers[${tier}]` : tier);

const text = (instant: Temporal.Instant | undefined): string | null => instant?.toString() ?? null;
