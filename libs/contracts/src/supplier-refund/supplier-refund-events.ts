import { scopes } from '@refundry/auth';
import { eventType, TextsField } from '@refundry/resource';
import { eventEndpoints } from '../events.js';

/** The content of both events, version 1. */
export class SupplierRefundEvent {
  /** Public keys; 6 kB at most, hence fewer than 3,000. */
  @TextsField({ label: 'Public keys of the documents', atMost: 3000 }) documents!: readonly string[];
}

const ofDocuments = {
  family: 'retail',
  version: 1,
  of: SupplierRefundEvent,
  example: { documents: ['test-document_1147'] },
  subjectOf: ({ documents }: SupplierRefundEvent): string | undefined =>
    documents.length === 1 ? `supplier-refunds/${documents[0]}` : undefined,
} as const;

export const supplierRefundsSaved = eventType({
  type: 'supplier_refund.document.saved',
  summary: 'Supplier refunds were written, because they are new or have changed',
  ...ofDocuments,
});

export const supplierRefundsRemoved = eventType({
  type: 'supplier_refund.document.removed',
  summary: 'Supplier refunds were removed',
  ...ofDocuments,
});

export const supplierRefundEvents = eventEndpoints({
  family: 'retail',
  scope: scopes.retail.read,
  exampleType: supplierRefundsSaved,
  exampleUrl: 'http://api.datawiz.io/api/v1/events/',
});
