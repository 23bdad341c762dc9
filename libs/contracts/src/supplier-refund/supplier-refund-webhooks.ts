import { scopes } from '@refundry/auth';
import { webhookDecisions } from '../webhook-decisions.js';
import { webhookEndpoints } from '../webhooks.js';
import { supplierRefundsSaved } from './supplier-refund-events.js';

const { read, write } = scopes.retail;

/** Retail tokens carry `read` and `write` and nothing else. */
export const supplierRefundWebhooks = webhookEndpoints({
  family: 'retail',
  read,
  manage: write,
  exampleType: supplierRefundsSaved.type,
});

export const supplierRefundWebhookDecisions = webhookDecisions('retail');
