import { bySystem, recordDecision, type DecidedBy } from '@refundry/audit';
import { waiverDecisions, waiverEvents, type WaiverState } from '@refundry/contracts';
import { publishEvent } from '@refundry/outbox';
import type { EntityManager } from 'typeorm';
import type { WaiverRow } from './waiver.entity.js';
import { releaseWaivers, useWaivers, type MovedWaiver, type RefundedPlaces } from './waivers.sql.js';

/** The effects on waivers of refunds, and of time. */

const isTold = (status: WaiverState): status is keyof typeof waiverEvents => status in waiverEvents;

/** Leaves the event of a waiver that has come to a state which others need to know of. */
export async function tellOfWaiver(
  transaction: EntityManager,
  account: number,
  status: WaiverState,
  { id, reservation }: Pick<WaiverRow, 'id' | 'reservation'>,
): Promise<void> {
  if (isTold(status))
    await publishEvent(transaction, { account, type: waiverEvents[status], content: { waiver: id, reservation } });
}

/** Those that nobody approved had lowered no penalty, and end without an event. */
export async function recordExpired(
  transaction: EntityManager,
  account: number,
  expired: readonly MovedWaiver[],
): Promise<void> {
  for (const waiver of expired) {
    if (waiver.from === 'approved') await tellOfWaiver(transaction, account, 'expired', waiver);
    await record(transaction, bySystem('waivers', account), waiver, 'expired');
  }
}

/** Uses up the waivers whose last passenger is given back. @param at in ISO 8601 */
export async function useUp(
  transaction: EntityManager,
  by: DecidedBy,
  refunded: Omit<RefundedPlaces, 'account'>,
  at: string,
): Promise<void> {
  for (const waiver of await useWaivers(transaction, { ...refunded, account: by.account }, at))
    await record(transaction, by, waiver, 'used');
}

/** Has the waivers hold again under which a refund was made that is rejected or withdrawn. */
export async function release(
  transaction: EntityManager,
  by: DecidedBy,
  refund: { readonly reservation: number; readonly refund: number },
): Promise<void> {
  for (const waiver of await releaseWaivers(transaction, { ...refund, account: by.account }))
    await record(transaction, by, waiver, 'released');
}

const record = (
  transaction: EntityManager,
  by: DecidedBy,
  { id, reservation, from }: MovedWaiver,
  action: 'used' | 'released' | 'expired',
): Promise<void> =>
  recordDecision(transaction, by, {
    action: waiverDecisions[action],
    subject: id,
    before: { reserve_id: reservation, status: from },
    after: { reserve_id: reservation, status: action === 'released' ? 'approved' : action },
  });
