/** Supplier refunds were written, because they are new or have changed. */
export const supplierRefundsSaved = { type: 'supplier_refund.document.saved', version: 1 } as const;

/** Supplier refunds were removed. */
export const supplierRefundsRemoved = { type: 'supplier_refund.document.removed', version: 1 } as const;

/** The content of both events, version 1. */
export interface SupplierRefundEvent {
  /** Public keys. */
  readonly documents: readonly string[];
}
