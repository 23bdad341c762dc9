import type { RefundState } from './refunds.js';

/** A refund was requested, approved, rejected, paid or failed: `reservation_refund.requested` and so on. */
export const refundBecame = (state: RefundState): { readonly type: string; readonly version: 1 } => ({
  type: `reservation_refund.${state}`,
  version: 1,
});

/** The content of the events, version 1. */
export interface RefundEvent {
  readonly refund: number;
  readonly reservation: number;
}
