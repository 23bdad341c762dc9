import { scopes } from '@refundry/auth';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  IntegerField,
  IntegersField,
  ListField,
  ObjectField,
  ReserveIdField,
  resource,
  StringField,
} from '@refundry/resource';
import { PenaltyStretch } from './refund-rules.js';
import { maxPassengers } from './reservations.js';

/** Passengers of a reservation, by their places from 1 on: `[1, 3]` or `"1,3"`. */
export const somePassengers = {
  label: 'Passengers, by their places from 1 on',
  required: false,
  allowNull: true,
  atMost: maxPassengers,
  minValue: 1,
  maxValue: maxPassengers,
  allowsText: true,
  isDescribed: false,
};

/** The rules that applied: a rule set in one of its versions. */
export class AppliedRules {
  @IntegerField({ label: 'ID' }) id!: number;
  @IntegerField({ label: 'Version' }) version!: number;
  @StringField({ label: 'Name' }) name!: string;
}

/** An operator's answer that took the place of the rules. */
export class AppliedManualQuote {
  @IntegerField({ label: 'ID' }) id!: number;
  @DateTimeField({ label: 'Valid until' }) valid_until!: string;
}

export class ProcedureQuestion {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  @BooleanField({ label: 'Whether to name rules and tiers', required: false }) detail?: boolean;
  /** All that are left, unless it is said. */
  @IntegersField(somePassengers) passenger_ids?: readonly number[] | null;
}

/** A passenger's share of a penalty. In Rial. */
export class PassengerShare {
  @IntegerField({ label: 'Passenger' }) passenger!: number;
  @IntegerField({ label: 'Price' }) price!: number;
  @IntegerField({ label: 'Penalty' }) penalty!: number;
  @IntegerField({ label: 'What comes back' }) diffrance!: number;
  /** Taken off the penalty; only where a waiver does. */
  @IntegerField({ label: 'Waived', required: false, isAlwaysAnswered: false }) waived?: number;
}

/** The waiver that applies, where it is one alone. */
export class AppliedWaiver {
  @IntegerField({ label: 'ID' }) id!: number;
  @StringField({ label: 'Code' }) code!: string;
  @IntegerField({ label: 'Waived' }) waived!: number;
}

/** The penalty that all passengers of a reservation would bear together. In Rial. */
export class WholePrice {
  @IntegerField({ label: 'Price' }) price!: number;
  @IntegerField({ label: 'Penalty' }) penalty!: number;
}

/** The penalty of a reservation (reservation-refund-procedure.txt). In Rial. */
export class RefundQuote {
  /** There are rules for it, or an operator has quoted it. */
  @BooleanField({ label: 'Refundable' }) refundable!: boolean;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  /** The refundable amount. */
  @IntegerField({ label: 'Difference' }) diffrance!: number;
  @IntegerField({ label: 'Price' }) price!: number;
  /** Present if it is refundable. */
  @IntegerField({ label: 'Penalty', required: false, isAlwaysAnswered: false }) penalty?: number;
  // The following only under `detail`, and only if it is refundable; `quote` in the place of `rule`, `tier`, `until`,
  // `next` and `whole`.
  @ObjectField({ label: 'Manual quote', required: false, isAlwaysAnswered: false, of: AppliedManualQuote })
  quote?: AppliedManualQuote;
  @ObjectField({ label: 'Rule', required: false, isAlwaysAnswered: false, of: AppliedRules }) rule?: AppliedRules;
  @StringField({ label: 'Tier', required: false, isAlwaysAnswered: false }) tier?: string;
  @DateTimeField({ label: 'Until', required: false, isAlwaysAnswered: false, allowNull: true }) until?: string | null;
  @ObjectField({ label: 'Next tier', required: false, isAlwaysAnswered: false, allowNull: true, of: PenaltyStretch })
  next?: PenaltyStretch | null;
  @ListField({ label: 'Shares of the passengers', required: false, isAlwaysAnswered: false, of: PassengerShare })
  breakdown?: readonly PassengerShare[];
  @IntegersField({
    label: 'Passengers refunded before',
    required: false,
    isAlwaysAnswered: false,
    atMost: maxPassengers,
  })
  refunded_passengers?: readonly number[];
  @ObjectField({ label: 'The whole reservation', required: false, isAlwaysAnswered: false, of: WholePrice })
  whole?: WholePrice;
  @ObjectField({ label: 'Waiver', required: false, isAlwaysAnswered: false, of: AppliedWaiver }) waiver?: AppliedWaiver;
}

export class RefundRequest {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  @IntegerField({ label: 'The penalty that was seen', minValue: 0 }) expected_penalty!: number;
  @IntegerField({ label: 'Reason', required: false, allowNull: true }) reason_id?: number | null;
  /** All that are left, unless it is said. */
  @IntegersField(somePassengers) passenger_ids?: readonly number[] | null;
  @BooleanField({
    label: 'Whether to request once more what was rejected or withdrawn',
    required: false,
    isDescribed: false,
  })
  again?: boolean;
}

export const refundStates = ['requested', 'approved', 'rejected', 'paid', 'failed', 'withdrawn'] as const;
export type RefundState = (typeof refundStates)[number];

/** Passengers of a reservation who are given back together. */
export class Refund {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  @ChoiceField({ label: 'Status', choices: refundStates }) status!: RefundState;
  @IntegerField({ label: 'Price' }) price!: number;
  @IntegerField({ label: 'Penalty' }) penalty!: number;
  @IntegerField({ label: 'What comes back' }) diffrance!: number;
  @IntegerField({ label: 'Reason', allowNull: true }) reason_id!: number | null;
  /** Null where an operator's quote set the penalty. */
  @IntegerField({ label: 'Rule', allowNull: true }) rule_id!: number | null;
  @IntegerField({ label: 'Version of the rule', allowNull: true }) rule_version!: number | null;
  @DateTimeField({ label: 'Requested date' }) requested_date!: string;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

/** A refund with the passengers that it is of. */
export class ItemisedRefund extends Refund {
  @IntegersField({ label: 'Passengers', atMost: maxPassengers }) passenger_ids!: readonly number[];
  @ListField({ label: 'Shares of the passengers', of: PassengerShare }) breakdown!: readonly PassengerShare[];
  @IntegerField({ label: 'Manual quote', allowNull: true }) quote_id!: number | null;
  /** Taken off the penalty; only where a waiver does. */
  @IntegerField({ label: 'Waived', required: false, isAlwaysAnswered: false }) waived?: number;
  /** Only where all that is waived is of one waiver. */
  @IntegerField({ label: 'Waiver', required: false, isAlwaysAnswered: false }) waiver_id?: number;
}

/** The newest refund of a reservation, with all its refunds, the newest first. */
export class RefundsOfReservation extends ItemisedRefund {
  @ListField({ label: 'All refunds of the reservation', of: Refund }) refunds!: readonly Refund[];
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
export const lookupRefusals = [
  'reserve_id_missing',
  'reserve_id_malformed',
  'unknown_reservation',
  'ambiguous_pnr',
] as const;
const moved = {
  scope: manage,
  methods: ['POST'],
  output: Refund,
  refusals: ['unknown_refund', 'wrong_state'],
} as const;

export const quoteRefund = refunds.action('procedure', {
  summary: 'What it would cost to give a reservation back now',
  description:
    'Nothing is charged by asking. Amounts are in Rial; `diffrance` is what would come back. Without `passenger_ids` ' +
    'all passengers are meant that are not refunded yet. While the answer of an operator to a manual quote holds, it ' +
    'takes the place of the rules.',
  inputExample: { reserve_id: '10011' },
  example: { refundable: true, reserve_id: 10011, diffrance: 9117, price: 10_000, penalty: 883 },
  refusals: [...lookupRefusals, 'already_refunded', 'already_used', 'unknown_passenger', 'passenger_refunded'],
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
    'quote stands beside the error. With `passenger_ids` only those passengers are given back; without it all that ' +
    'are left. What was rejected or withdrawn is answered as it ended, unless `again` requests it once more.',
  inputExample: { reserve_id: '10011', expected_penalty: 3_000_000 },
  refusals: [
    ...lookupRefusals,
    'already_refunded',
    'already_used',
    'unknown_passenger',
    'passenger_refunded',
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
  detailed: ItemisedRefund,
});
export const readRefundStatus = refunds.action('status', {
  summary: 'How the refund of a reservation stands',
  inputExample: { reserve_id: '10011' },
  refusals: [...lookupRefusals, 'unknown_refund'],
  scope: read,
  methods: ['GET', 'POST'],
  input: RefundStatusQuestion,
  mergesQuery: true,
  output: Refund,
  detailed: RefundsOfReservation,
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
export const readRefund = resource({
  family: 'reservation',
  path: 'refunds',
  of: ItemisedRefund,
  example: {
    ...example,
    passenger_ids: [1],
    breakdown: [{ passenger: 1, price: 10_000_000, penalty: 3_000_000, diffrance: 7_000_000 }],
    quote_id: null,
  },
}).detail({ summary: 'Read a refund with the passengers that it is of', scope: read, refusals: ['unknown_refund'] });
export const withdrawRefund = refunds.action(':key/withdraw', {
  summary: 'Withdraw a refund that nobody has decided on',
  description: 'Its passengers may be given back anew.',
  ...moved,
  scope: write,
});
export const approveRefund = refunds.action(':key/approve', {
  summary: 'Approve a refund',
  ...moved,
  refusals: [...moved.refusals, 'second_person_needed'],
});
export const rejectRefund = refunds.action(':key/reject', { summary: 'Reject a refund', ...moved });
export const markRefundPaid = refunds.action(':key/mark-paid', {
  summary: 'Say that a refund has been paid',
  ...moved,
});
export const markRefundFailed = refunds.action(':key/mark-failed', {
  summary: 'Say that paying a refund has failed',
  ...moved,
});
