import type { EventDeliveries } from '@refundry/outbox';
import { fieldsOf } from '@refundry/resource';

const undelivered = `webhook_delivery.account_id = $1 and webhook_delivery.status <> 'delivered'`;

/**
 * SQL of the deliveries of an event in the log, one for each endpoint that is or was sent it. Those of endpoints that
 * are gone don't count.
 */
export const eventDeliveries: EventDeliveries = {
  isDelivered: `not exists (select from webhook_delivery join webhook
    on webhook.account_id = webhook_delivery.account_id and webhook.id = webhook_delivery.webhook_id
    where ${undelivered} and webhook_delivery.event_id = event.event_id)`,
  // The undelivered events are looked up once for all rows.
  isDeliveredIf: (parameter) => `(event.event_id in (select webhook_delivery.event_id from webhook_delivery join webhook
    on webhook.account_id = webhook_delivery.account_id and webhook.id = webhook_delivery.webhook_id
    where ${undelivered})) <> ${parameter}::boolean`,
  items: (of) => `(select coalesce(json_agg(json_build_array(${fieldsOf(of)
    .map((field) => `(${field.select(columns[field.name] ?? `delivery.${field.name}`)})::text`)
    .join(', ')}) order by delivery.id), '[]')
    from webhook join webhook_delivery delivery
      on delivery.account_id = webhook.account_id and delivery.webhook_id = webhook.id
    where webhook.account_id = $1 and delivery.event_id = event.event_id)`,
};

const columns: Readonly<Record<string, string>> = { webhook: 'delivery.webhook_id' };
