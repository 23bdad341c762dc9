import type { ActionEndpoint, AuditedAction, DetailEndpoint, EventType, ListEndpoint } from '@refundry/resource';
import type { SettingsDeclaration } from '@refundry/settings';
import type { ReplayInput, WebhookInput } from './webhook-input.js';
import type { WebhookFormat } from './webhook-message.js';

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

/** The fields of an endpoint that decisions on it change. */
export interface WebhookValues {
  readonly url?: string;
  readonly description?: string;
  readonly event_types?: readonly string[];
  readonly format?: WebhookFormat;
  readonly is_active?: boolean;
}

/** The decisions on endpoints, as the contract declares them. */
export interface WebhookDecisions {
  readonly created: AuditedAction<WebhookValues>;
  readonly changed: AuditedAction<WebhookValues>;
  readonly removed: AuditedAction<WebhookValues>;
  readonly secret_rotated: AuditedAction<WebhookValues>;
  readonly disabled: AuditedAction<WebhookValues>;
  readonly replayed: AuditedAction<Partial<ReplayInput & { readonly queued: number }>>;
  readonly delivery_resent: AuditedAction<{ readonly id?: number; readonly event_type?: string }>;
}

/** The settings of an account that steer its endpoints. */
export interface WebhookSettings {
  /** After so many days of nothing but failures an endpoint is disabled. */
  readonly webhook_failing_days: number;
}

export interface WebhooksOptions {
  readonly endpoints: WebhookEndpoints;
  readonly decisions: WebhookDecisions;
  readonly settings: SettingsDeclaration<WebhookSettings>;
  /** The catalogue; those of the endpoints' service may be wanted. */
  readonly types: readonly EventType[];
  /** Encrypts the secrets of endpoints: 32 bytes in base64. */
  readonly secretKey: string;
  /** Allows HTTP without TLS, and private addresses: for development. */
  readonly allowsPlain: boolean;
}

/** Nest's token for them. */
export const webhooksOptionsToken = Symbol('WebhooksOptions');
