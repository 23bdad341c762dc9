import { scopes } from '@refundry/auth';
import { auditedActions } from '@refundry/resource';
import { auditEndpoints } from '../audit.js';
import { DetailedRefundRules } from './refund-rules.js';
import { ItemisedRefund } from './refunds.js';

const service = 'reservation-refund';

/** The decision by which a refund comes to each of its states. The subject is the refund. */
export const refundDecisions = auditedActions({
  service,
  subjectType: 'refund',
  of: ItemisedRefund,
  fields: ['reserve_id', 'passenger_ids', 'status', 'price', 'penalty', 'reason_id', 'rule_id', 'rule_version'],
  actions: {
    requested: 'A reservation was given back for the penalty that was seen',
    approved: 'A refund was approved',
    rejected: 'A refund was rejected',
    paid: 'A refund was marked as paid',
    failed: 'Paying a refund was marked as failed',
    withdrawn: 'A refund was withdrawn',
  },
});

/** The decisions on rule sets. */
export const refundRulesDecisions = auditedActions({
  service,
  subjectType: 'refund_rules',
  of: DetailedRefundRules,
  fields: [
    'version',
    'domain',
    'name',
    'service',
    'supplier',
    'carrier',
    'fare_class',
    'valid_from',
    'valid_until',
    'departs_from',
    'departs_until',
    'grace_minutes',
    'tiers',
    'is_retired',
  ],
  actions: {
    created: 'A rule set was added',
    replaced: 'A new version was put in the place of a rule set',
    retired: 'A rule set was retired',
  },
});

/** Lists of this family have no export formats. */
export const reservationAudit = auditEndpoints({
  family: 'reservation',
  scope: scopes.reservation.manage,
  formats: ['json'],
  example: {
    action: refundDecisions.approved.action,
    subject_type: 'refund',
    subject_id: '1',
    before: { reserve_id: 10_011, status: 'requested' },
    after: { reserve_id: 10_011, status: 'approved' },
  },
});
