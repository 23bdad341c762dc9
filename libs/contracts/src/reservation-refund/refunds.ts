import { scopes } from '@refundry/auth';
import { BooleanField, ChoiceField, DateTimeField, IntegerField, ObjectField, ReserveIdField, resource, StringField } from '@refundry/resource';
import { PenaltyStretch } from './refund-rules.js';

/** What applied: a rule set in one of its versions. */
export class AppliedRules {
  @IntegerField({ label: 'ID' }) id!: number;
  @IntegerField({ label: 'Version' }) version!: number;
  @StringField({ label: 'Name' }) name!: string;
}

export class ProcedureQuestion {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  @BooleanField({ label: 'Whether to name rules and tiers', required: false }) detail?: boolean;
}

/** What giving a reservation back costs (reservation-refund-procedure.txt). In Rial. */
export class RefundQuote {
  /** There are rules for it. */
  @BooleanField({ label: 'Refundable' }) refundable!: boolean;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  /** What would come back. */
  @IntegerField({ label: 'Difference' }) diffrance!: number;
  @IntegerField({ label: 'Price' }) price!: number;
  /** Where it is refundable. */
  @IntegerField({ label: 'Penalty', required: false }) penalty?: number;
  // What follows only for those who ask for it, and only where it is refundable.
  @ObjectField({ label: 'Rule', required: false, of: AppliedRules }) rule?: AppliedRules;
  @StringField({ label: 'Tier', required: false }) tier?: string;
  @DateTimeField({ label: 'Until', required: false, allowNull: true }) until?: string | null;
  @ObjectField({ label: 'Next tier', required: false, allowNull: true, of: PenaltyStretch }) next?: PenaltyStretch | null;
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
const refunds = resource({ family: 'reservation', path: 'refund', of: Refund });
const moved = { scope: manage, methods: ['POST'], output: Refund } as const;

export const quoteRefund = refunds.action('procedure', { scope: read, methods: ['GET', 'POST'], input: ProcedureQuestion, mergesQuery: true, output: RefundQuote, isRead: true });
export const requestRefund = refunds.action('request', { scope: write, methods: ['POST'], input: RefundRequest, output: Refund });
export const readRefundStatus = refunds.action('status', { scope: read, methods: ['GET', 'POST'], input: RefundStatusQuestion, mergesQuery: true, output: Refund, isRead: true });
export const approveRefund = refunds.action(':key/approve', moved);
export const rejectRefund = refunds.action(':key/reject', moved);
export const markRefundPaid = refunds.action(':key/mark-paid', moved);
export const markRefundFailed = refunds.action(':key/mark-failed', moved);
