import type { RefundState } from '@refundry/contracts';

/** From which state a refund may go to which. A payment that failed is paid in another way, or not at all. */
const next: Readonly<Record<RefundState, readonly RefundState[]>> = {
  requested: ['approved', 'rejected', 'withdrawn'],
  approved: ['paid', 'failed'],
  failed: ['paid', 'rejected'],
  rejected: [],
  paid: [],
  withdrawn: [],
};

/** The states in which nothing is given back: its passengers may be given back anew. */
export const deadStates = ['rejected', 'withdrawn'] as const satisfies readonly RefundState[];

export const isDead = (state: RefundState): boolean => deadStates.some((dead) => dead === state);

/** The states that a refund may go to from where it is. */
export const movesFrom = (from: RefundState): readonly RefundState[] => next[from];
