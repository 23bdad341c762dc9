export { DeliveryClaims } from './delivery-claims.js';
export type { ClaimedDelivery } from './delivery-claims.js';
export { eventDeliveries } from './event-deliveries.js';
export { WebhookMeasures } from './webhook-measures.js';
export { createWebhooks, dropWebhooks } from './webhook-tables.js';
export { WebhooksModule } from './webhooks.module.js';
