import type { RefundState } from '@refundry/contracts';

/** From which state a refund may go to which. A payment that failed is paid in another way, or not at all. */
const next: Readonly<Record<RefundState, readonly RefundState[]>> = {
  requested: ['approved', 'rejected'],
  approved: ['paid', 'failed'],
  failed: ['paid', 'rejected'],
  rejected: [],
  paid: [],
};

/** The states that a refund may go to from where it is. */
export const movesFrom = (from: RefundState): readonly RefundState[] => next[from];
