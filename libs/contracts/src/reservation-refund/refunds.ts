import { scopes } from '@refundry/auth';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  IntegerField,
  ObjectField,
  ReserveIdField,
  resource,
  StringField,
} from '@refundry/resource';
import { PenaltyStretch } from './refund-rules.js';

/** The rules that applied: a rule set in one of its versions. */
export class AppliedRules {
  @IntegerField({ label: 'ID' }) id!: number;
  @IntegerField({ label: 'Version' }) version!: number;
  @StringField({ label: 'Name' }) name!: string;
}

export class ProcedureQuestion {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  @BooleanField({ label: 'Whether to name rules and tiers', required: false }) detail?: boolean;
}

/** The penalty of a reservation (reservation-refund-procedure.txt). In Rial. */
export class RefundQuote {
  /** There are rules for it. */
  @BooleanField({ label: 'Refundable' }) refundable!: boolean;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  /** The refundable amount. */
  @IntegerField({ label: 'Difference' }) diffrance!: number;
  @IntegerField({ label: 'Price' }) price!: number;
  /** Present if it is refundable. */
  @IntegerField({ label: 'Penalty', required: false, isAlwaysAnswered: false }) penalty?: number;
  // The following only under `detail`, and only if it is refundable.
  @ObjectField({ label: 'Rule', required: false, isAlwaysAnswered: false, of: AppliedRules }) rule?: AppliedRules;
  @StringField({ label: 'Tier', required: false, isAlwaysAnswered: false }) tier?: string;
  @DateTimeField({ label: 'Until', required: false, isAlwaysAnswered: false, allowNull: true }) until?: string | null;
  @ObjectField({ label: 'Next tier', required: false, isAlwaysAnswered: false, allowNull: true, of: PenaltyStretch })
  next?: PenaltyStretch | null;
}

export class RefundRequest {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  @IntegerField({ label: 'The penalty that was seen', minValue: 0 }) expected_penalty!: number;
  @IntegerField({ label: 'Reason', required: false, allowNull: true }) reason_id?: number | null;
}

export const refundStates = ['requested', 'approved', 'rejected', 'paid', 'failed'] as const;
export type RefundState = (typeof refundStates)[number];

/** A reservation that is given back. */
export class Refund {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  @ChoiceField({ label: 'Status', choices: refundStates }) status!: RefundState;
  @IntegerField({ label: 'Price' }) price!: number;
  @IntegerField({ label: 'Penalty' }) penalty!: number;
  @IntegerField({ label: 'What comes back' }) diffrance!: number;
  @IntegerField({ label: 'Reason', allowNull: true }) reason_id!: number | null;
  @IntegerField({ label: 'Rule' }) rule_id!: number;
  @IntegerField({ label: 'Version of the rule' }) rule_version!: number;
  @DateTimeField({ label: 'Requested date' }) requested_date!: string;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

export class RefundStatusQuestion {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
}

const { read, write, manage } = scopes.reservation;
const example = {
  id: 1,
  reserve_id: 10011,
  status: 'requested',
  price: 10_000_000,
  penalty: 3_000_000,
  diffrance: 7_000_000,
  reason_id: null,
  rule_id: 1,
  rule_version: 1,
  requested_date: '2026-01-02T08:00:00.125Z',
  modified_date: '2026-01-02T08:00:00.131072Z',
};
const refunds = resource({ family: 'reservation', path: 'refund', of: Refund, example });
const lookup = ['reserve_id_missing', 'reserve_id_malformed', 'unknown_reservation', 'ambiguous_pnr'] as const;
const moved = {
  scope: manage,
  methods: ['POST'],
  output: Refund,
  refusals: ['unknown_refund', 'wrong_state'],
} as const;

export const quoteRefund = refunds.action('procedure', {
  summary: 'What it would cost to give a reservation back now',
  description: 'Nothing is charged by asking. Amounts are in Rial; `diffrance` is what would come back.',
  inputExample: { reserve_id: '10011' },
  example: { refundable: true, reserve_id: 10011, diffrance: 9117, price: 10_000, penalty: 883 },
  refusals: [...lookup, 'already_refunded', 'already_used'],
  scope: read,
  methods: ['GET', 'POST'],
  input: ProcedureQuestion,
  mergesQuery: true,
  output: RefundQuote,
  isRead: true,
});
export const requestRefund = refunds.action('request', {
  summary: 'Give a reservation back for the penalty that was seen',
  description:
    'One that has been given back already for this penalty is answered with its refund, for another it is ' +
    'refused with the state of that refund. Where the penalty is another by now, nothing is done, and the new ' +
    'quote stands beside the error.',
  inputExample: { reserve_id: '10011', expected_penalty: 3_000_000 },
  refusals: [
    ...lookup,
    'already_refunded',
    'already_used',
    'no_rules',
    'penalty_changed',
    'wrong_state',
    'conflict',
    'idempotency_mismatch',
  ],
  isRepeatable: true,
  scope: write,
  methods: ['POST'],
  input: RefundRequest,
  output: Refund,
});
export const readRefundStatus = refunds.action('status', {
  summary: 'How the refund of a reservation stands',
  inputExample: { reserve_id: '10011' },
  refusals: [...lookup, 'unknown_refund'],
  scope: read,
  methods: ['GET', 'POST'],
  input: RefundStatusQuestion,
  mergesQuery: true,
  output: Refund,
  isRead: true,
});
export const listRefunds = resource({ family: 'reservation', path: 'refunds', of: Refund, example }).list({
  summary: 'List refunds',
  description:
    'Refunds are added in the order of `id`, which is that of `requested_date` too: one that is added later ' +
    'stands behind all that were there.',
  scope: read,
  filters: { status: ['exact'], reserve_id: ['exact'], requested_date: ['gt', 'gte', 'lt', 'lte'] },
  sort: ['id', 'requested_date'],
  order: ['id'],
});
export const approveRefund = refunds.action(':key/approve', { summary: 'Approve a refund', ...moved });
export const rejectRefund = refunds.action(':key/reject', { summary: 'Reject a refund', ...moved });
export const markRefundPaid = refunds.action(':key/mark-paid', {
  summary: 'Say that a refund has been paid',
  ...moved,
});
export const markRefundFailed = refunds.action(':key/mark-failed', {
  summary: 'Say that paying a refund has failed',
  ...moved,
});
