import type { EntityManager } from 'typeorm';

/** Something to tell others once the transaction has been committed. */
export interface OutboxMessage {
  readonly account: number;
  readonly subject: string;
  /** By which a receiver knows that it has had it: a message may arrive more than once. */
  readonly messageId: string;
  readonly payload: object;
}

/** Leaves a message in the transaction that makes it true; the relay carries it on after the commit. */
export async function leaveInOutbox(transaction: EntityManager, { account, subject, messageId, payload }: OutboxMessage): Promise<void> {
  await transaction.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [account, subject, messageId, JSON.stringify(payload)]);
}
