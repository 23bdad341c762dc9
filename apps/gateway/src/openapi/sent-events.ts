import { describeEventType, type EventType } from '@refundry/resource';
import type { Parameter, WebhookItem } from './openapi.js';

const header = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

/** Headers of Standard Webhooks 1.0. */
const headers: readonly Parameter[] = [
  header('webhook-id', 'The id of the event: the same in every repetition.'),
  header('webhook-timestamp', 'The time of this attempt, in seconds since 1970.'),
  header('webhook-signature', 'Signatures, separated by spaces: one for each secret that is valid.'),
];

const responses = {
  '2XX': { description: 'It is delivered.' },
  '410': { description: 'The endpoint is disabled, and gets nothing more.' },
  default: { description: 'It is sent again, ten times in three days.' },
};

/** The requests that are sent to the endpoints of accounts, by the type of the event. */
export const sentEvents = (types: readonly EventType[]): Readonly<Record<string, WebhookItem>> =>
  Object.fromEntries(types.map((type) => [type.type, { post: requestOf(type) }]));

function requestOf(eventType: EventType): WebhookItem['post'] {
  const { type, summary, schema, example } = describeEventType(eventType);
  return {
    operationId: `receive ${type}`.replaceAll(/[ ._]+(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    tags: ['Webhooks'],
    summary,
    security: [],
    parameters: headers,
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { type: { const: type }, timestamp: { type: 'string', format: 'date-time' }, data: schema },
            required: ['type', 'timestamp', 'data'],
          },
          example: { type, timestamp: '2026-11-29T05:40:00.125Z', data: example },
        },
      },
    },
    responses,
  };
}
