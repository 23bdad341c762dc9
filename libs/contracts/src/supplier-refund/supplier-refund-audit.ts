import { scopes } from '@refundry/auth';
import { auditEndpoints } from '../audit.js';
import { supplierRefundWebhookDecisions } from './supplier-refund-webhooks.js';

/** Retail tokens carry `read` and `write` and nothing else. */
export const supplierRefundAudit = auditEndpoints({
  family: 'retail',
  scope: scopes.retail.write,
  example: {
    action: supplierRefundWebhookDecisions.changed.action,
    subject_type: 'webhook',
    subject_id: '1',
    before: { is_active: true },
    after: { is_active: false },
  },
});
