import type { RefundRequest, RefundState } from '@refundry/contracts';
import type { ActionRequest } from '@refundry/resource';
import { quoteAt } from '../quotes/quote.js';
import type { FoundReservation } from '../reservations/reservation-lookup.js';

/** The refund that a reservation has. */
export interface KnownRefund {
  readonly status: RefundState;
  readonly price: number;
  readonly penalty: number;
}

/**
 * Whether a request confirms the refund that there is, hence is the one that made it, sent again: it names the refund's
 * penalty. A rejected refund leaves the reservation with a quote of today; where that has the same penalty of another
 * price, the request may mean it instead, and is not answered with the old price (docs/adr/0023).
 *
 * @throws Failure as the quote does, for one that names another penalty than that of a rejected refund
 */
export function isConfirmed(
  refund: KnownRefund,
  reservation: FoundReservation,
  { input, receivedAt }: Pick<ActionRequest<RefundRequest>, 'input' | 'receivedAt'>,
): boolean {
  const isSame = refund.penalty === input.expected_penalty;
  if (refund.status !== 'rejected') return isSame;
  if (isSame && (reservation.price === refund.price || reservation.status !== 'confirmed')) return true;
  const { applied } = quoteAt(reservation, receivedAt);
  return isSame && applied?.stretch.penalty !== refund.penalty;
}
