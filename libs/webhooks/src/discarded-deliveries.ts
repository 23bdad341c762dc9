import type { EntityManager } from 'typeorm';
import { isIdle } from './webhook-tables.js';

/** Of an account at a time; more are discarded by `DeliveryPurge`. */
export const maxDiscarded = 1000;

/** SQL of whether a live delivery has no endpoint that it may be sent to. */
export const isObsolete = `ended_date is null and ${isIdle}
  and (account_id, webhook_id) not in (select account_id, id from webhook where is_active)`;

/** Discards live deliveries that nothing is sending and that have no active endpoint. @returns how many */
export async function discardOf(transaction: EntityManager, account: number, webhook?: string): Promise<number> {
  const [, discarded] = await transaction.query<[unknown[], number]>(
    `update webhook_delivery set status = 'discarded', ended_date = clock_timestamp(), next_attempt_date = null,
        lease_until = null
      where account_id = $1 and id in (select id from webhook_delivery where account_id = $1
        and ($2::bigint is null or webhook_id = $2) and ${isObsolete} limit ${maxDiscarded} for update skip locked)`,
    [account, webhook ?? null],
  );
  return discarded;
}
