import type { ActionEndpoint, DetailEndpoint, EventType, ListEndpoint } from '@refundry/resource';
import type { ReplayInput, WebhookInput } from './webhook-input.js';

/** The content of the events of endpoints. */
export interface WebhookEventContent {
  readonly webhook: number;
}

/** The webhooks of a family, as its contract declares them. */
export interface WebhookEndpoints {
  readonly list: ListEndpoint;
  readonly create: ActionEndpoint<WebhookInput, object>;
  readonly detail: DetailEndpoint;
  readonly update: ActionEndpoint<WebhookInput, object>;
  readonly remove: ActionEndpoint;
  readonly ping: ActionEndpoint<object, object>;
  readonly rotateSecret: ActionEndpoint<{ readonly overlap_hours?: number }, object>;
  readonly deliveries: ListEndpoint;
  readonly delivery: DetailEndpoint;
  readonly resend: ActionEndpoint<object, object>;
  readonly replay: ActionEndpoint<ReplayInput, object>;
  readonly events: {
    readonly pinged: EventType<WebhookEventContent>;
    readonly disabled: EventType<WebhookEventContent>;
  };
}

export interface WebhooksOptions {
  readonly endpoints: WebhookEndpoints;
  /** The catalogue; those of the endpoints' service may be wanted. */
  readonly types: readonly EventType[];
  /** Encrypts the secrets of endpoints: 32 bytes in base64. */
  readonly secretKey: string;
  /** Allows HTTP without TLS, and private addresses: for development. */
  readonly allowsPlain: boolean;
}

/** Nest's token for them. */
export const webhooksOptionsToken = Symbol('WebhooksOptions');
