import type { PenaltyStretch, RefundQuote } from '@refundry/contracts';
import type { Temporal } from 'temporal-polyfill';
import type { Stretch } from './penalty.js';
import { breakdownOf, shareOf, type Quote } from './quote.js';

/** A quote as the document prints it. */
export function answeredQuote({ reservation: { id }, selection: { price }, applied }: Quote): RefundQuote {
  if (!applied) return { refundable: false, reserve_id: id, diffrance: 0, price };
  const { penalty } = applied;
  return { refundable: true, reserve_id: id, diffrance: price - penalty, price, penalty };
}

/** The same with what applied, what comes next, and what each passenger bears. */
export function detailedQuote(quote: Quote): RefundQuote {
  const { applied, reservation, selection } = quote;
  if (!applied) return answeredQuote(quote);
  const {
    rules: { id, version, name },
    stretch,
    next,
  } = applied;
  return Object.assign(answeredQuote(quote), {
    rule: { id, version, name },
    tier: tierName(stretch),
    until: text(stretch.until),
    next: next
      ? answeredStretch({ ...next, penalty: shareOf(next.penalty, reservation, selection) }, selection.price)
      : null,
    breakdown: breakdownOf(stretch.penalty, reservation, selection),
    refunded_passengers: reservation.refunded,
    whole: { price: reservation.price, penalty: stretch.penalty },
  });
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
