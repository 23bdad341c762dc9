import { scopes } from '@refundry/auth';
import { auditedActions } from '@refundry/resource';
import { auditEndpoints } from '../audit.js';
import { AnsweredManualQuote } from './manual-quotes.js';
import { DetailedRefundRules } from './refund-rules.js';
import { ItemisedRefund } from './refunds.js';
import { Waiver, WaiverCode } from './waivers.js';

const service = 'reservation-refund';

/** The decision by which a refund comes to each of its states. The subject is the refund. */
export const refundDecisions = auditedActions({
  service,
  subjectType: 'refund',
  of: ItemisedRefund,
  fields: [
    'reserve_id',
    'passenger_ids',
    'status',
    'price',
    'penalty',
    'reason_id',
    'rule_id',
    'rule_version',
    'waived',
    'waiver_id',
    'quote_id',
  ],
  actions: {
    requested: 'A reservation was given back for the penalty that was seen',
    approved: 'A refund was approved',
    rejected: 'A refund was rejected',
    paid: 'A refund was marked as paid',
    failed: 'Paying a refund was marked as failed',
    withdrawn: 'A refund was withdrawn',
  },
});

/** The decisions on waivers, and what follows of decisions on refunds. */
export const waiverDecisions = auditedActions({
  service,
  subjectType: 'waiver',
  of: Waiver,
  fields: [
    'reserve_id',
    'passenger_ids',
    'code',
    'status',
    'penalty',
    'percent_off',
    'waived',
    'max_waived',
    'largest_percent',
    'valid_until',
  ],
  actions: {
    proposed: 'A waiver was proposed, and approved at once where one person is enough',
    approved: 'A waiver was approved by a second person',
    rejected: 'A waiver was rejected',
    revoked: 'A waiver was revoked',
    used: 'The last passenger of a waiver was given back',
    expired: 'The time of a waiver was over',
    released: 'A refund under a used waiver was rejected or withdrawn, and the waiver holds again',
  },
});

export const waiverCodeDecisions = auditedActions({
  service,
  subjectType: 'waiver_code',
  of: WaiverCode,
  fields: ['en', 'fa', 'largest_percent', 'needs_note', 'needs_second_person_above', 'is_active'],
  actions: { added: 'A waiver code was added', replaced: 'A waiver code was replaced' },
});

/** The decisions by which a manual quote comes to its states. The subject is the quote. */
export const quoteDecisions = auditedActions({
  service,
  subjectType: 'manual_quote',
  of: AnsweredManualQuote,
  fields: [
    'reserve_id',
    'passenger_ids',
    'domain',
    'category',
    'status',
    'price',
    'penalty',
    'respond_by',
    'valid_until',
    'note',
    'answer_note',
    'internal_note',
    'refund_id',
  ],
  actions: {
    requested: 'An operator was asked to price what no rule prices',
    asked: 'An operator asked for what is missing',
    replied: 'What was missing was given',
    quoted: 'An operator priced it; `before` has the former answer, if there is one',
    declined: 'An operator declined to price it, or rules price it',
    withdrawn: 'A manual quote was withdrawn',
    used: 'Passengers were given back for the price of an operator',
    expired: 'The price of an operator came to its end, or the price of the passengers changed',
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
    'child_percent',
    'infant_percent',
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
