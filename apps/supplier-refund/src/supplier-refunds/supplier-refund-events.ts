import { supplierRefundsRemoved, supplierRefundsSaved, type SupplierRefundEvent } from '@refundry/contracts';
import { leaveEvent } from '@refundry/jobs';
import type { EntityManager } from 'typeorm';

/** A public key takes 1.8 kB of JSON at the most, and a message of NATS holds 1 MiB. */
const documentsInEvent = 500;

type SupplierRefundEventType = typeof supplierRefundsSaved | typeof supplierRefundsRemoved;

const leaves = (event: SupplierRefundEventType) => async (transaction: EntityManager, account: number, publicKeys: readonly string[]): Promise<void> => {
  for (let first = 0; first < publicKeys.length; first += documentsInEvent) {
    const payload: SupplierRefundEvent = { documents: publicKeys.slice(first, first + documentsInEvent) };
    await leaveEvent(transaction, { service: 'supplier-refund', account, ...event, payload });
  }
};

/** Tells other teams of documents that were written; of none, it says nothing. */
export const leaveSaved = leaves(supplierRefundsSaved);

/** Tells other teams of documents that were removed; of none, it says nothing. */
export const leaveRemoved = leaves(supplierRefundsRemoved);
