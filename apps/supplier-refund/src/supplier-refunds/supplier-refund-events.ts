import { supplierRefundsRemoved, supplierRefundsSaved, type SupplierRefundEvent } from '@refundry/contracts';
import { publishEvent } from '@refundry/outbox';
import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** Bytes of JSON: an event has 8 KiB at most, and a public key takes 1.8 kB at most. */
const maxKeysBytes = 6000;

const leaves =
  (type: EventType<SupplierRefundEvent>) =>
  async (transaction: EntityManager, account: number, publicKeys: readonly string[]): Promise<void> => {
    for (const documents of eventfuls(publicKeys))
      await publishEvent(transaction, { account, type, content: { documents } });
  };

/** Keys in their order, as many at a time as an event holds. */
function* eventfuls(publicKeys: readonly string[]): Generator<string[]> {
  let [keys, bytes]: [string[], number] = [[], 0];
  for (const key of publicKeys) {
    const size = Buffer.byteLength(JSON.stringify(key)) + 1;
    if (bytes + size > maxKeysBytes) {
      yield keys;
      [keys, bytes] = [[], 0];
    }
    keys.push(key);
    bytes += size;
  }
  if (keys.length > 0) yield keys;
}

/** Tells other teams of documents that were written; of none, it says nothing. */
export const leaveSaved = leaves(supplierRefundsSaved);

/** Tells other teams of documents that were removed; of none, it says nothing. */
export const leaveRemoved = leaves(supplierRefundsRemoved);
