import { randomUUID } from 'node:crypto';
import { currentTraceHeaders, formatTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { eventSubject } from './event-stream.js';
import { leaveInOutbox } from './outbox.js';

/** What has happened in an account, for other teams. */
export interface LeftEvent {
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
 * Leaves an event in the transaction that makes it true. It is published after the commit, at least once: receivers know it again by its `id`.
 * Beside the payload's fields it has `id`, `type`, `version`, `occurred` and `account`, and `traceparent` where the request that it comes from is traced.
 *
 * @throws Error when it is larger than a message of NATS
 */
export async function leaveEvent(transaction: EntityManager, { service, account, type, version, payload }: LeftEvent): Promise<void> {
  const id = randomUUID();
  const [clock] = await transaction.query<[{ time: string }]>('select clock_timestamp()::text as time');
  const event = { id, type, version, occurred: formatTimestamp(clock.time), account, ...currentTraceHeaders(), ...payload };
  await leaveInOutbox(transaction, { account, subject: eventSubject(service, type), messageId: id, payload: event });
}
