import type { EventType } from '@refundry/resource';

/** An event as the log holds it. */
export interface LoggedEvent {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly version: number;
  /** A timestamp with microseconds. */
  readonly occurred: string;
  readonly subject: string | null;
  /** The content as JSON. */
  readonly data: string;
}

/** Fields that the outbox puts beside an event's content. */
export interface EventEnvelope {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly occurred: string;
  readonly account: number;
}

const envelopeFields: ReadonlySet<string> = new Set([
  'id',
  'type',
  'version',
  'occurred',
  'account',
  'traceparent',
  'tracestate',
]);

/** A row of the outbox. */
export interface OutboxRow {
  readonly id: string;
  readonly subject: string;
  readonly message_id: string;
  readonly payload: string;
  readonly created_date: string;
}

/**
 * Parts an event of the outbox into what the log has columns for. One that an operator has put there with less is
 * logged all the same, because it would keep back those behind it; the subject of a type that this release doesn't know
 * is null.
 */
export function loggedEvent(row: OutboxRow, position: number, types: ReadonlyMap<string, EventType>): LoggedEvent {
  const envelope = JSON.parse(row.payload) as Partial<EventEnvelope>;
  const type = envelope.type ?? row.subject.split('.').slice(2).join('.');
  const content = Object.fromEntries(Object.entries(envelope).filter(([name]) => !envelopeFields.has(name)));
  return {
    id: row.message_id,
    position,
    type,
    version: envelope.version ?? 1,
    occurred: envelope.occurred ?? row.created_date,
    subject: types.get(type)?.subjectOf(content) ?? null,
    data: JSON.stringify(content),
  };
}
