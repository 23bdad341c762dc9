import { supplierRefundsRemoved, supplierRefundsSaved, type SupplierRefundEvent } from '@refundry/contracts';
import { publishKeys } from '@refundry/outbox';
import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

const leaves =
  (type: EventType<SupplierRefundEvent>) =>
  (transaction: EntityManager, account: number, publicKeys: readonly string[]): Promise<void> =>
    publishKeys(transaction, { account, type, keys: publicKeys, contentOf: (documents) => ({ documents }) });

/** Tells other teams of documents that were written; of none, it says nothing. */
export const leaveSaved = leaves(supplierRefundsSaved);

/** Tells other teams of documents that were removed; of none, it says nothing. */
export const leaveRemoved = leaves(supplierRefundsRemoved);
