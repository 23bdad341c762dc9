import { auditedActions, IntegerField, serviceOf, type AuditedAction, type Family } from '@refundry/resource';
import { QueuedReplay, Webhook, WebhookDelivery, WebhookReplay } from './webhooks.js';

type OfWebhook = AuditedAction<Partial<Pick<Webhook, 'url' | 'description' | 'event_types' | 'format' | 'is_active'>>>;

/** A replay together with what it queued. */
class RecordedReplay extends WebhookReplay implements QueuedReplay {
  @IntegerField({ label: 'Queued' }) queued!: number;
}

/** The decisions on the webhooks of a family. */
export interface WebhookDecisions {
  readonly created: OfWebhook;
  readonly changed: OfWebhook;
  readonly removed: OfWebhook;
  readonly secret_rotated: OfWebhook;
  readonly disabled: OfWebhook;
  readonly replayed: AuditedAction<Partial<Pick<RecordedReplay, 'since' | 'until' | 'types' | 'only' | 'queued'>>>;
  readonly delivery_resent: AuditedAction<Partial<Pick<WebhookDelivery, 'id' | 'event_type'>>>;
}

/** Declares the decisions on the webhooks of a family. */
export function webhookDecisions(family: Family): WebhookDecisions {
  const ofWebhooks = { service: serviceOf[family], subjectType: 'webhook' };
  return {
    ...auditedActions({
      ...ofWebhooks,
      of: Webhook,
      fields: ['url', 'description', 'event_types', 'format', 'is_active'],
      actions: {
        created: 'A webhook was registered',
        changed: 'A webhook was changed',
        removed: 'A webhook was removed',
        secret_rotated: 'A webhook was given a new secret',
        disabled: 'A webhook was disabled, because its receiver is gone or has failed for days',
      },
    }),
    ...auditedActions({
      ...ofWebhooks,
      of: RecordedReplay,
      fields: ['since', 'until', 'types', 'only', 'queued'],
      actions: { replayed: 'Events of the log were sent to a webhook again' },
    }),
    ...auditedActions({
      ...ofWebhooks,
      of: WebhookDelivery,
      fields: ['id', 'event_type'],
      actions: { delivery_resent: 'A delivery of a webhook was sent again' },
    }),
  };
}
