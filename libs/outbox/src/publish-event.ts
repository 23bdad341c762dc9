import { randomUUID } from 'node:crypto';
import { currentTraceHeaders } from '@refundry/observability';
import { formatTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { eventSubject, maxEventBytes } from './event-stream.js';

/** An event of an account, for other teams. */
export interface OutboxEvent {
  /** The service that it happened in. */
  readonly service: string;
  readonly account: number;
  /** In the past tense, with dots, e.g. `supplier_refund.document.saved`. */
  readonly type: string;
  /** Of the payload; another number for whatever its readers would not understand. */
  readonly version: number;
  readonly payload: object;
}

/**
 * Leaves an event in the transaction that makes it true. It is published after the commit, at least once: receivers
 * know it again by its `id`. Beside the payload's fields it has `id`, `type`, `version`, `occurred` and `account`, and
 * `traceparent` where the request that it comes from is traced.
 *
 * @throws Error when it has more than 8 KiB: accounts share the stream by numbers of events
 */
export async function publishEvent(
  transaction: EntityManager,
  { service, account, type, version, payload }: OutboxEvent,
): Promise<void> {
  const id = randomUUID();
  const subject = eventSubject(service, type);
  const [clock] = await transaction.query<[{ time: string }]>('select clock_timestamp()::text as time');
  const event = JSON.stringify({
    id,
    type,
    version,
    occurred: formatTimestamp(clock.time),
    account,
    ...currentTraceHeaders(),
    ...payload,
  });
  const size = Buffer.byteLength(event);
  if (size > maxEventBytes) throw new Error(`an event for ${subject} has ${size} bytes, more than ${maxEventBytes}`);
  await transaction.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [
    account,
    subject,
    id,
    event,
  ]);
}
