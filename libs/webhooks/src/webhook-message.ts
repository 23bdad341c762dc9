import { signatures } from './signature.js';

/** An event on its way to an endpoint. */
export interface DeliveredEvent {
  readonly id: string;
  readonly type: string;
  /** A timestamp as `formatTimestamp` writes it. */
  readonly occurred: string;
  /** The path below the family's base of what it happened to. */
  readonly subject: string | null;
  /** The content as JSON. */
  readonly data: string;
}

export type WebhookFormat = 'standard' | 'cloudevents';

export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The message of an attempt. @param secrets each signs; the newest first @param now in milliseconds since 1970 */
export function webhookMessage(
  event: DeliveredEvent,
  format: WebhookFormat,
  secrets: readonly string[],
  now: number,
): WebhookMessage {
  const timestamp = Math.floor(now / 1000);
  const { contentType, bodyOf } = formats[format];
  const body = bodyOf(event);
  return {
    headers: {
      'content-type': contentType,
      'user-agent': 'Refundry-Webhooks/1',
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures({ id: event.id, timestamp, body }, secrets),
    },
    body,
  };
}

interface BodyFormat {
  readonly contentType: string;
  readonly bodyOf: (event: DeliveredEvent) => string;
}

const formats: Readonly<Record<WebhookFormat, BodyFormat>> = {
  // Standard Webhooks 1.0, "Payload structure".
  standard: {
    contentType: 'application/json',
    bodyOf: ({ type, occurred, data }) =>
      `{"type":${JSON.stringify(type)},"timestamp":"${inMilliseconds(occurred)}","data":${data}}`,
  },
  // CloudEvents 1.0.2, JSON event format, structured mode.
  cloudevents: {
    contentType: 'application/cloudevents+json',
    bodyOf: ({ id, type, occurred, subject, data }) => {
      const attributes = {
        specversion: '1.0',
        id,
        source: 'refundry',
        type,
        ...(subject !== null && { subject }),
        time: inMilliseconds(occurred),
        datacontenttype: 'application/json',
      };
      return `${JSON.stringify(attributes).slice(0, -1)},"data":${data}}`;
    },
  },
};

const inMilliseconds = (timestamp: string): string => new Date(timestamp).toISOString();
