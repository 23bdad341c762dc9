import { describeEventType, type EventType, type JsonSchema } from '@refundry/resource';

/** A description of messages (AsyncAPI 3.0), as far as ours needs it. */
export interface AsyncApi {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: string;
  readonly channels: Readonly<Record<string, object>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: { readonly messages: Readonly<Record<string, EventMessage>> };
}

export interface EventMessage {
  readonly name: string;
  readonly summary: string;
  readonly payload: JsonSchema;
  readonly examples: readonly { readonly payload: object }[];
}

const about =
  'Events of all services, as JetStream has them for other teams with a NATS user of their own: the streams ' +
  '`events_<service>` keep the latest. Each event comes at least once, and is known again by its `id`. Fields may be ' +
  'added; another `version` is one that its readers would not understand. Clients of the REST API read the same ' +
  'events at `events/` of their family.';

/** Schemas of the fields that every event has beside those of its content. */
const envelope = (type: string, version: number): Record<string, JsonSchema> => ({
  id: { type: 'string', format: 'uuid' },
  type: { const: type },
  version: { const: version },
  occurred: { type: 'string', format: 'date-time' },
  account: { type: 'integer' },
  traceparent: { type: 'string', description: 'Of the request that it comes from, where that is traced.' },
});
const always = ['id', 'type', 'version', 'occurred', 'account'];
const exampleEnvelope = {
  id: '8f14e45f-ceea-467f-a9d6-6a9d2f7c1b11',
  occurred: '2026-11-29T05:40:00.125000Z',
  account: 1,
};

/** Describes the events that services publish to NATS. */
export const asyncApiDocument = (types: readonly EventType[]): AsyncApi => ({
  asyncapi: '3.0.0',
  info: { title: 'Refundry events', version: '1', description: about },
  defaultContentType: 'application/json',
  channels: byName(types, channelOf),
  operations: byName(types, (eventType) => ({
    action: 'send',
    summary: eventType.summary,
    channel: { $ref: `#/channels/${nameOf(eventType)}` },
    messages: [{ $ref: `#/channels/${nameOf(eventType)}/messages/event` }],
  })),
  components: { messages: byName(types, messageOf) },
});

/** Some types are those of every service. */
const nameOf = ({ service, type }: EventType): string => `${service}.${type}`;

const byName = <T>(types: readonly EventType[], make: (type: EventType) => T): Record<string, T> =>
  Object.fromEntries(types.map((type) => [nameOf(type), make(type)]));

const channelOf = (type: EventType): object => ({
  address: `events.${nameOf(type)}.{account}`,
  parameters: { account: { description: 'The number of the account; `*` subscribes to all.' } },
  messages: { event: { $ref: `#/components/messages/${nameOf(type)}` } },
});

function messageOf(eventType: EventType): EventMessage {
  const { type, version, summary, schema, example } = describeEventType(eventType);
  const { properties = {}, required = [] } = schema as { properties?: object; required?: string[] };
  const { id, ...rest } = exampleEnvelope;
  return {
    name: type,
    summary,
    payload: {
      type: 'object',
      properties: { ...envelope(type, version), ...properties },
      required: [...always, ...required],
    },
    examples: [{ payload: { id, type, version, ...rest, ...example } }],
  };
}
