import { scopes } from '@refundry/auth';
import { settings, webhookDefaults, WebhookSettings } from '../settings.js';

const { read, write } = scopes.retail;

/** Retail tokens carry `read` and `write` and nothing else. */
export const supplierRefundSettings = settings({
  family: 'retail',
  of: WebhookSettings,
  defaults: webhookDefaults,
  read,
  manage: write,
});
