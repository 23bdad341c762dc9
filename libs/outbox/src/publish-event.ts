import { randomUUID } from 'node:crypto';
import { currentTraceHeaders } from '@refundry/observability';
import { arrayLiteral } from '@refundry/persistence';
import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { eventSubject, maxEventBytes } from './event-stream.js';

/** An event of an account. */
export interface OutboxEvent<T extends object> {
  readonly account: number;
  readonly type: EventType<T>;
  readonly content: T;
}

/** Events of an account and a type, in the order in which they are to be read. */
export interface OutboxEvents<T extends object> {
  readonly account: number;
  readonly type: EventType<T>;
  readonly contents: readonly T[];
}

/**
 * Leaves an event in the transaction that makes it true. After the commit it is logged once, and published at least
 * once: receivers know it again by its `id`. On JetStream it has, beside the fields of its content, `id`, `type`,
 * `version`, `occurred` and `account`, and `traceparent` where the request that it comes from is traced.
 *
 * @throws Error when it has more than 8 KiB: accounts share the stream by numbers of events
 */
export const publishEvent = <T extends object>(
  transaction: EntityManager,
  { account, type, content }: OutboxEvent<T>,
): Promise<void> => publishEvents(transaction, { account, type, contents: [content] });

/** As `publishEvent`, of several events by one statement. */
export async function publishEvents<T extends object>(
  transaction: EntityManager,
  { account, type: { service, type, version }, contents }: OutboxEvents<T>,
): Promise<void> {
  const subject = eventSubject(service, type);
  const events = contents.map((content) => payloadOf({ type, version, account, content }));
  for (const { head, tail } of events) assertFits(subject, head, tail);
  if (events.length > 0)
    await transaction.query(insertion, [
      account,
      subject,
      ...(['id', 'head', 'tail'] as const).map((part) => arrayLiteral(events.map((event) => event[part]))),
    ]);
}

/** SQL of the clock as answers have it: with microseconds, unless there are none. */
const clock = `
  replace(to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')`;
const clockBytes = 27;

const insertion = `
  insert into outbox (account_id, subject, message_id, payload)
  select $1, $2, id, (head || ${clock} || tail)::json
  from unnest($3::text[], $4::text[], $5::text[]) with ordinality event(id, head, tail, place) order by place`;

/** The JSON of an event, before and after the time at which it occurs, which is PostgreSQL's. */
interface Payload {
  readonly id: string;
  readonly head: string;
  readonly tail: string;
}

interface Occurrence {
  readonly type: string;
  readonly version: number;
  readonly account: number;
  readonly content: object;
}

function payloadOf({ type, version, account, content }: Occurrence): Payload {
  const id = randomUUID();
  return {
    id,
    head: `${JSON.stringify({ id, type, version }).slice(0, -1)},"occurred":"`,
    tail: `",${JSON.stringify({ account, ...currentTraceHeaders(), ...content }).slice(1)}`,
  };
}

function assertFits(subject: string, head: string, tail: string): void {
  const size = Buffer.byteLength(head) + clockBytes + Buffer.byteLength(tail);
  if (size > maxEventBytes) throw new Error(`an event for ${subject} has ${size} bytes, more than ${maxEventBytes}`);
}
