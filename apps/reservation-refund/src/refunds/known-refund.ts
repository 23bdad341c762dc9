import type { RefundRequest, RefundState } from '@refundry/contracts';
import type { ActionRequest } from '@refundry/resource';
import { penaltyOf, quoteAt } from '../quotes/quote.js';
import type { Selection } from '../quotes/selection.js';
import type { FoundReservation } from '../reservations/reservation-lookup.js';
import { isDead } from './refund-state.js';

/** A refund that passengers have. */
export interface KnownRefund {
  readonly id: number;
  readonly status: RefundState;
  readonly price: number;
  readonly penalty: number;
}

/**
 * Whether a request confirms the refund that there is, hence is the one that made it, sent again: it names the refund's
 * penalty. A refund that was rejected or withdrawn leaves its passengers with a quote of today; where that has the same
 * penalty of another price, the request may mean it instead, and is not answered with the old price (docs/adr/0023).
 *
 * @throws Failure as the quote does, for one that names another penalty than that of a refund that is over
 */
export function isConfirmed(
  refund: KnownRefund,
  reservation: FoundReservation,
  selection: Selection,
  { input, receivedAt }: Pick<ActionRequest<RefundRequest>, 'input' | 'receivedAt'>,
): boolean {
  const isSame = refund.penalty === input.expected_penalty;
  if (!isDead(refund.status)) return isSame;
  if (isSame && (selection.price === refund.price || reservation.status !== 'confirmed')) return true;
  const quote = quoteAt(reservation, selection, receivedAt);
  return isSame && (!quote.applied || penaltyOf(quote, quote.applied) !== refund.penalty);
}
