import { randomUUID } from 'node:crypto';
import { currentTraceHeaders } from '@refundry/observability';
import { formatTimestamp, type EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { eventSubject, maxEventBytes } from './event-stream.js';
import type { EventEnvelope } from './logged-event.js';

/** An event of an account. */
export interface OutboxEvent<T extends object> {
  readonly account: number;
  readonly type: EventType<T>;
  readonly content: T;
}

/**
 * Leaves an event in the transaction that makes it true. After the commit it is logged once, and published at least
 * once: receivers know it again by its `id`. On JetStream it has, beside the fields of its content, `id`, `type`,
 * `version`, `occurred` and `account`, and `traceparent` where the request that it comes from is traced.
 *
 * @throws Error when it has more than 8 KiB: accounts share the stream by numbers of events
 */
export async function publishEvent<T extends object>(
  transaction: EntityManager,
  { account, type: { service, type, version }, content }: OutboxEvent<T>,
): Promise<void> {
  const id = randomUUID();
  const subject = eventSubject(service, type);
  const [clock] = await transaction.query<[{ time: string }]>('select clock_timestamp()::text as time');
  const envelope: EventEnvelope = { id, type, version, occurred: formatTimestamp(clock.time), account };
  const event = JSON.stringify({ ...envelope, ...currentTraceHeaders(), ...content });
  const size = Buffer.byteLength(event);
  if (size > maxEventBytes) throw new Error(`an event for ${subject} has ${size} bytes, more than ${maxEventBytes}`);
  await transaction.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [
    account,
    subject,
    id,
    event,
  ]);
}
