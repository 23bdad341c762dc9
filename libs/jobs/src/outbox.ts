import type { EntityManager } from 'typeorm';

/** Something to tell others once the transaction has been committed. */
export interface OutboxMessage {
  readonly account: number;
  readonly subject: string;
  /** By which a receiver knows that it has had it: a message may arrive more than once. */
  readonly messageId: string;
  readonly payload: object;
}

/** What a message of NATS holds, its headers too: `max_payload`, unless a server is told otherwise. */
const largestMessage = 1_048_576;
const roomForHeaders = 1024;

/**
 * Leaves a message in the transaction that makes it true; the relay carries it on after the commit.
 *
 * @throws Error when no message is large enough for it: it would be in the outbox for good
 */
export async function leaveInOutbox(transaction: EntityManager, { account, subject, messageId, payload }: OutboxMessage): Promise<void> {
  const text = JSON.stringify(payload);
  const size = Buffer.byteLength(text);
  if (size > largestMessage - roomForHeaders) throw new Error(`a message to ${subject} has ${size} bytes, more than NATS takes`);
  await transaction.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [account, subject, messageId, text]);
}
