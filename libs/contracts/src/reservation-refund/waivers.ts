import { scopes } from '@refundry/auth';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  IntegerField,
  IntegersField,
  ListField,
  ReserveIdField,
  resource,
  StringField,
} from '@refundry/resource';
import { lookupRefusals, somePassengers } from './refunds.js';
import { maxPassengers } from './reservations.js';

const maxNote = 1000;

/** A reason for waivers, and how far they may go. */
export class WaiverCode {
  /** In a replacement that of the path. */
  @StringField({ label: 'Code', required: false, maxLength: 40 }) code!: string;
  @StringField({ label: 'In English', maxLength: 200 }) en!: string;
  @StringField({ label: 'In Persian', maxLength: 200 }) fa!: string;
  @IntegerField({
    label: 'Largest percent of the penalty that is waived',
    required: false,
    allowNull: true,
    minValue: 1,
    maxValue: 100,
  })
  largest_percent?: number | null;
  @BooleanField({ label: 'Needs a note' }) needs_note!: boolean;
  /** In Rial; null where one person is always enough. */
  @IntegerField({
    label: 'Needs a second person where more is waived',
    required: false,
    allowNull: true,
    minValue: 0,
  })
  needs_second_person_above?: number | null;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
}

export class WaiverCodes {
  @ListField({ label: 'Codes', of: WaiverCode }) codes!: readonly WaiverCode[];
}

export const waiverStates = ['proposed', 'approved', 'rejected', 'used', 'expired', 'revoked'] as const;
export type WaiverState = (typeof waiverStates)[number];

/** A lower penalty for passengers of a reservation: an amount in Rial, or so much of the penalty less. */
export class WaiverProposal {
  @ReserveIdField({ label: 'ID or PNR', required: false, allowNull: true }) reserve_id?: string | null;
  /** All that are left, unless it is said. */
  @IntegersField(somePassengers) passenger_ids?: readonly number[] | null;
  @StringField({ label: 'Code', maxLength: 40 }) code!: string;
  @IntegerField({ label: 'Penalty', required: false, allowNull: true, minValue: 0 }) penalty?: number | null;
  @IntegerField({ label: 'Percent off', required: false, allowNull: true, minValue: 1, maxValue: 100 })
  percent_off?: number | null;
  @StringField({ label: 'Note', required: false, allowNull: true, maxLength: maxNote }) note?: string | null;
  @DateTimeField({ label: 'Valid until', required: false, allowNull: true }) valid_until?: string | null;
}

export class WaiverDecision {
  @StringField({ label: 'Note', required: false, allowNull: true, maxLength: maxNote }) note?: string | null;
}

/** A lower penalty for passengers of a reservation. In Rial. */
export class Waiver {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  @IntegersField({ label: 'Passengers', atMost: maxPassengers }) passenger_ids!: readonly number[];
  @StringField({ label: 'Code' }) code!: string;
  @ChoiceField({ label: 'Status', choices: waiverStates }) status!: WaiverState;
  @IntegerField({ label: 'Penalty', allowNull: true }) penalty!: number | null;
  @IntegerField({ label: 'Percent off', allowNull: true }) percent_off!: number | null;
  /** At the moment of the proposal. */
  @IntegerField({ label: 'Waived when it was proposed' }) waived!: number;
  /** Limits of its code: of a waiver that one person approved alone, and of every one. */
  @IntegerField({ label: 'Waived at the most', allowNull: true }) max_waived!: number | null;
  @IntegerField({ label: 'Largest percent that is waived', allowNull: true }) largest_percent!: number | null;
  @StringField({ label: 'Note', allowNull: true }) note!: string | null;
  @DateTimeField({ label: 'Valid until', allowNull: true }) valid_until!: string | null;
  /** Actors, as the record of decisions names them. */
  @StringField({ label: 'Proposed by', allowNull: true }) proposed_by!: string | null;
  @StringField({ label: 'Decided by', allowNull: true }) decided_by!: string | null;
  @DateTimeField({ label: 'Proposed date' }) proposed_date!: string;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

const { read, manage } = scopes.reservation;
const codeExample: WaiverCode = {
  code: 'weather',
  en: 'Weather',
  fa: 'شرایط جوی',
  largest_percent: null,
  needs_note: false,
  needs_second_person_above: 5_000_000,
  is_active: true,
};
const waiverCodes = resource({
  family: 'reservation',
  path: 'refund/waiver-codes',
  of: WaiverCode,
  example: codeExample,
  inputExample: codeExample,
});

export const listWaiverCodes = waiverCodes.action('', {
  name: 'list',
  summary: 'List waiver codes',
  description: 'Those that every account has, as it has replaced them, and those that it has added.',
  scope: read,
  methods: ['GET'],
  output: WaiverCodes,
  example: { codes: [codeExample] },
  isRead: true,
});
export const addWaiverCode = waiverCodes.action('', {
  name: 'create',
  summary: 'Add a waiver code',
  scope: manage,
  methods: ['POST'],
  input: WaiverCode,
  output: WaiverCode,
});
export const replaceWaiverCode = waiverCodes.action(':key', {
  name: 'replace',
  summary: 'Replace a waiver code',
  description:
    'What was proposed with it before keeps the limits of then. One that is not active is not to be proposed.',
  scope: manage,
  methods: ['PUT'],
  input: WaiverCode,
  output: WaiverCode,
  refusals: ['unknown_waiver_code'],
});

const waivers = resource({
  family: 'reservation',
  path: 'refund/waivers',
  of: Waiver,
  example: {
    id: 1,
    reserve_id: 10_011,
    passenger_ids: [1],
    code: 'weather',
    status: 'approved',
    penalty: null,
    percent_off: 50,
    waived: 3_000_000,
    max_waived: 5_000_000,
    largest_percent: null,
    note: null,
    valid_until: '2026-07-01T08:30:00Z',
    proposed_by: 'shop.example 7',
    decided_by: null,
    proposed_date: '2026-01-02T08:00:00.125Z',
    modified_date: '2026-01-02T08:00:00.131072Z',
  },
});

export const proposeWaiver = waivers.action('', {
  name: 'create',
  summary: 'Propose a lower penalty for passengers of a reservation',
  description:
    'Either `penalty` or `percent_off`, of which the waived part is rounded half up. It is approved at once where it ' +
    'waives no more than its code leaves to one person, and then never waives more than that; else it waits for ' +
    'another one. It never raises a penalty: where that of the rules is lower at the moment of a request, the lower ' +
    'holds.',
  inputExample: { reserve_id: '10011', code: 'weather', percent_off: 50, valid_until: '2026-07-01T08:30:00Z' },
  scope: manage,
  methods: ['POST'],
  input: WaiverProposal,
  output: Waiver,
  isRepeatable: true,
  refusals: [
    ...lookupRefusals,
    'already_refunded',
    'already_used',
    'no_rules',
    'unknown_passenger',
    'passenger_refunded',
    'unknown_waiver_code',
    'second_person_needed',
    'wrong_state',
    'conflict',
    'idempotency_mismatch',
  ],
});
export const listWaivers = waivers.list({
  summary: 'List waivers',
  scope: manage,
  filters: { status: ['exact'], reserve_id: ['exact'], code: ['exact'] },
  sort: ['id'],
  order: ['id'],
});
export const readWaiver = waivers.detail({ summary: 'Read a waiver', scope: manage, refusals: ['unknown_waiver'] });

const decided = {
  description: 'By another person than the one who proposed it: each has an organisation token of their own.',
  scope: manage,
  methods: ['POST'],
  input: WaiverDecision,
  output: Waiver,
  inputExample: { note: 'The airport was closed.' },
  refusals: ['unknown_waiver', 'second_person_needed', 'wrong_state'],
} as const;

export const approveWaiver = waivers.action(':key/approve', { summary: 'Approve a waiver', ...decided });
export const rejectWaiver = waivers.action(':key/reject', { summary: 'Reject a waiver that is proposed', ...decided });
export const revokeWaiver = waivers.action(':key/revoke', { summary: 'Revoke a waiver that is approved', ...decided });
