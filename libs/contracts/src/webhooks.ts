import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  eventType,
  IntegerField,
  ListField,
  resource,
  StringField,
  TextsField,
  type ActionEndpoint,
  type DetailEndpoint,
  type EventType,
  type Family,
  type JsonText,
  type ListEndpoint,
} from '@refundry/resource';

export const webhookFormats = ['standard', 'cloudevents'] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

export const deliveryStatuses = ['pending', 'delivered', 'retrying', 'failed', 'discarded'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const maxEventTypes = 50;

/** An address of an account that its events are sent to. */
export class Webhook {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Url', maxLength: 500 }) url!: string;
  @StringField({ label: 'Description', maxLength: 200, required: false, allowBlank: true }) description!: string;
  /** Types of the catalogue; one may end in `.*`. */
  @TextsField({ label: 'Event types', atMost: maxEventTypes }) event_types!: readonly string[];
  @ChoiceField({ label: 'Format', choices: webhookFormats, required: false }) format!: WebhookFormat;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
  @DateTimeField({ label: 'Disabled date', readOnly: true, allowNull: true }) disabled_date!: string | null;
  @StringField({ label: 'Disabled reason', readOnly: true, allowNull: true }) disabled_reason!: string | null;
  @DateTimeField({ label: 'Last success date', readOnly: true, allowNull: true }) last_success_date!: string | null;
  /** The first failure since the last success. */
  @DateTimeField({ label: 'Failing since', readOnly: true, allowNull: true }) failing_since!: string | null;
}

/** A new endpoint with its secret, which is answered this once. */
export class CreatedWebhook extends Webhook {
  @StringField({ label: 'Secret', readOnly: true, isSecret: true }) secret!: string;
}

export class SecretRotation {
  /** Both secrets sign until then. */
  @IntegerField({ label: 'Hours for which the former secret signs too', required: false, minValue: 0, maxValue: 168 })
  overlap_hours?: number;
}

export class RotatedSecret {
  @StringField({ label: 'Secret', isSecret: true }) secret!: string;
  @DateTimeField({ label: 'Until when the former secret signs too', allowNull: true }) overlap_until!: string | null;
}

/** An attempt at a delivery. */
export class WebhookAttempt {
  @DateTimeField({ label: 'Started date' }) started_date!: string;
  @IntegerField({ label: 'Duration in milliseconds' }) duration_ms!: number;
  @IntegerField({ label: 'Status code', allowNull: true }) status_code!: number | null;
  @StringField({ label: 'Error', allowNull: true }) error!: string | null;
  /** The first KiB. */
  @StringField({ label: 'Answer' }) answer!: string;
}

/** The outcome of a ping. */
export class WebhookPing {
  @ChoiceField({ label: 'Status', choices: ['delivered', 'failed'] }) status!: 'delivered' | 'failed';
  @IntegerField({ label: 'Status code', allowNull: true }) status_code!: number | null;
  @StringField({ label: 'Error', allowNull: true }) error!: string | null;
  @IntegerField({ label: 'Duration in milliseconds' }) duration_ms!: number;
  @StringField({ label: 'Answer' }) answer!: string;
}

/** An event on its way to an endpoint. */
export class WebhookDelivery {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Event ID', readOnly: true }) event_id!: string;
  @StringField({ label: 'Event type', readOnly: true }) event_type!: string;
  @ChoiceField({ label: 'Status', choices: deliveryStatuses, readOnly: true }) status!: DeliveryStatus;
  @IntegerField({ label: 'Attempt count', readOnly: true }) attempt_count!: number;
  @DateTimeField({ label: 'Next attempt date', readOnly: true, allowNull: true }) next_attempt_date!: string | null;
  @DateTimeField({ label: 'Delivered date', readOnly: true, allowNull: true }) delivered_date!: string | null;
}

export class WebhookDeliveryWithAttempts extends WebhookDelivery {
  @ListField({ label: 'Attempts', of: WebhookAttempt, readOnly: true }) attempts!: readonly WebhookAttempt[];
}

const replayable = ['failed', 'all'] as const;

export class WebhookReplay {
  @DateTimeField({ label: 'Since' }) since!: string;
  @DateTimeField({ label: 'Until', required: false, allowNull: true }) until?: string | null;
  @TextsField({ label: 'Types', atMost: maxEventTypes, required: false, allowNull: true })
  types?: readonly string[] | null;
  /** Failed and discarded deliveries, or every event that is in the log. */
  @ChoiceField({ label: 'Only', choices: replayable }) only!: (typeof replayable)[number];
}

export class QueuedReplay {
  @IntegerField({ label: 'Queued' }) queued!: number;
}

/** The content of the events of endpoints, version 1. */
export class WebhookEvent {
  @IntegerField({ label: 'ID of the endpoint' }) webhook!: number;
}

/** The webhooks of a family. */
export interface WebhookEndpoints {
  readonly list: ListEndpoint<Webhook>;
  readonly create: ActionEndpoint<Webhook, CreatedWebhook>;
  readonly detail: DetailEndpoint<Webhook>;
  readonly update: ActionEndpoint<Partial<Webhook>, JsonText<Webhook>>;
  readonly remove: ActionEndpoint;
  readonly ping: ActionEndpoint<object, WebhookPing>;
  readonly rotateSecret: ActionEndpoint<SecretRotation, RotatedSecret>;
  readonly deliveries: ListEndpoint<WebhookDelivery>;
  readonly delivery: DetailEndpoint<WebhookDeliveryWithAttempts>;
  readonly resend: ActionEndpoint<object, WebhookDelivery>;
  readonly replay: ActionEndpoint<WebhookReplay, QueuedReplay>;
  readonly events: { readonly pinged: EventType<WebhookEvent>; readonly disabled: EventType<WebhookEvent> };
}

interface WebhookEndpointsOptions {
  readonly family: Family;
  /** Scopes. */
  readonly read: string;
  readonly manage: string;
  /** The type of an event of the family. */
  readonly exampleType: string;
}

/** The action of a row that waits for its receiver, at most 15 seconds. */
const pingDeadlineMs = 20_000;
/** A replay queues up to 100,000 deliveries in one transaction. */
const replayDeadlineMs = 40_000;

/** Declares the webhooks of a family. */
export function webhookEndpoints(options: WebhookEndpointsOptions): WebhookEndpoints {
  return { ...endpointsOfRows(options), ...endpointsOfDeliveries(options), events: eventsOf(options.family) };
}

type RowEndpoints = Pick<
  WebhookEndpoints,
  'list' | 'create' | 'detail' | 'update' | 'remove' | 'ping' | 'rotateSecret'
>;

function endpointsOfRows({ family, read, manage, exampleType }: WebhookEndpointsOptions): RowEndpoints {
  const inputExample = { url: 'https://erp.example.com/hooks/refundry', event_types: [exampleType] };
  const example = rowExample(exampleType);
  const webhooks = resource({ family, path: 'webhooks', of: Webhook, title: 'Webhook', example, inputExample });
  return {
    list: webhooks.list({
      summary: 'List webhooks',
      description: 'The addresses that events are sent to.',
      scope: read,
      filters: { is_active: ['exact'] },
      sort: ['id'],
      order: ['id'],
    }),
    create: webhooks.action('', {
      summary: 'Register a webhook',
      description:
        'Its secret signs what is sent there, as Standard Webhooks 1.0 says. It is answered here and never again. ' +
        '`event_types` are those of the catalogue, or end in `.*`.',
      scope: manage,
      methods: ['POST'],
      status: 201,
      input: Webhook,
      output: CreatedWebhook,
      inputExample,
      example: { ...example, secret: exampleSecret },
      isEncrypted: true,
      refusals: ['conflict'],
    }),
    detail: webhooks.detail({ summary: 'Read a webhook', scope: read }),
    update: webhooks.update({
      summary: 'Change a webhook',
      description: 'An endpoint that is made inactive gets nothing more, and what waits for it is discarded.',
      scope: manage,
      refusals: ['conflict'],
    }),
    remove: webhooks.remove({ summary: 'Remove a webhook', scope: manage }),
    ping: webhooks.action(':key/ping', {
      summary: 'Send `webhook.pinged` now',
      description: 'Answers how that went, with 200 whatever the receiver has answered.',
      scope: manage,
      methods: ['POST'],
      output: WebhookPing,
      example: { status: 'failed', status_code: 500, error: null, duration_ms: 37, answer: 'out of order' },
      deadlineMs: pingDeadlineMs,
    }),
    rotateSecret: webhooks.action(':key/rotate-secret', {
      summary: 'Give a webhook a new secret',
      description: 'Both secrets sign for `overlap_hours`, 24 unless it is said.',
      scope: manage,
      methods: ['POST'],
      input: SecretRotation,
      output: RotatedSecret,
      inputExample: { overlap_hours: 24 },
      example: { secret: exampleSecret, overlap_until: '2026-11-30T05:40:00.125000Z' },
      isEncrypted: true,
    }),
  };
}

type DeliveryEndpoints = Pick<WebhookEndpoints, 'deliveries' | 'delivery' | 'resend' | 'replay'>;

function endpointsOfDeliveries({ family, read, manage, exampleType }: WebhookEndpointsOptions): DeliveryEndpoints {
  const example = deliveryExample(exampleType);
  const deliveries = resource({ family, path: 'webhooks', of: WebhookDelivery, title: 'Webhook Delivery' });
  return {
    deliveries: deliveries.list({
      path: ':within/deliveries',
      summary: 'List deliveries',
      description: 'What was sent to a webhook or is to be sent, kept for 30 days after its end.',
      example,
      scope: read,
      filters: { status: ['exact'], event_type: ['exact'], event_id: ['exact'] },
      sort: ['id'],
      order: ['-id'],
    }),
    delivery: deliveries.part('deliveries', {
      of: WebhookDeliveryWithAttempts,
      summary: 'Read a delivery with its attempts',
      scope: read,
      example: { ...example, attempts: [attemptExample] },
    }),
    resend: deliveries.action(':within/deliveries/:key/resend', {
      summary: 'Send a delivery again',
      description: 'Under the same `webhook-id`.',
      scope: manage,
      methods: ['POST'],
      status: 202,
      output: WebhookDelivery,
      example: { ...example, status: 'pending', next_attempt_date: '2026-11-29T05:41:00.125000Z' },
      refusals: ['conflict'],
    }),
    replay: deliveries.action(':key/replay', {
      summary: 'Send events of the log again',
      description:
        'All events since then that the webhook wants, those of the time when it was disabled included, or only ' +
        'those whose delivery failed or was discarded. Each keeps its `webhook-id`.',
      scope: manage,
      methods: ['POST'],
      status: 202,
      input: WebhookReplay,
      output: QueuedReplay,
      inputExample: { since: '2026-11-29T00:00:00Z', only: 'failed' },
      example: { queued: 132 },
      deadlineMs: replayDeadlineMs,
      refusals: ['conflict'],
    }),
  };
}

const eventsOf = (family: Family): WebhookEndpoints['events'] => {
  const ofEndpoints = {
    family,
    version: 1,
    of: WebhookEvent,
    example: { webhook: 1 },
    subjectOf: ({ webhook }: WebhookEvent) => `webhooks/${webhook}`,
  };
  return {
    pinged: eventType({
      type: 'webhook.pinged',
      summary: 'A ping of a webhook; it is sent to that webhook alone and not logged',
      ...ofEndpoints,
    }),
    disabled: eventType({
      type: 'webhook.disabled',
      summary: 'A webhook was disabled, because its receiver is gone or has failed for days',
      ...ofEndpoints,
    }),
  };
};

const exampleSecret = 'whsec_cmVmdW5kcnktZXhhbXBsZS1zZWNyZXQtMzItYnl0ZXM=';

const rowExample = (type: string) => ({
  id: 1,
  url: 'https://erp.example.com/hooks/refundry',
  description: '',
  event_types: [type],
  format: 'standard' as const,
  is_active: true,
  created_date: '2026-11-29T05:39:00.125000Z',
  modified_date: '2026-11-29T05:39:00.125000Z',
  disabled_date: null,
  disabled_reason: null,
  last_success_date: '2026-11-29T05:40:00.250000Z',
  failing_since: null,
});

const deliveryExample = (type: string) => ({
  id: 1,
  event_id: '8f14e45f-ceea-467f-a9d6-6a9d2f7c1b11',
  event_type: type,
  status: 'delivered' as const,
  attempt_count: 1,
  next_attempt_date: null,
  delivered_date: '2026-11-29T05:40:00.250000Z',
});

const attemptExample: WebhookAttempt = {
  started_date: '2026-11-29T05:40:00.200000Z',
  duration_ms: 37,
  status_code: 204,
  error: null,
  answer: '',
};
