import { addressesSaved, maxEventIds, type AddressList, type RowsEvent } from '@refundry/contracts';
import { publishKeys } from '@refundry/outbox';
import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** Leaves events that say which rows a transaction has written; of none, it says nothing. */
export type RowsPublisher = (transaction: EntityManager, account: number, ids: readonly number[]) => Promise<void>;

export const publishesRows =
  (type: EventType<RowsEvent>): RowsPublisher =>
  (transaction, account, keys) =>
    publishKeys(transaction, { account, type, keys, maxKeys: maxEventIds, contentOf: (ids) => ({ ids }) });

export const publishesAddresses =
  (list: AddressList): RowsPublisher =>
  (transaction, account, keys) =>
    publishKeys(transaction, {
      account,
      type: addressesSaved,
      keys,
      maxKeys: maxEventIds,
      contentOf: (ids) => ({ ids, list }),
    });
