import { scopes } from '@refundry/auth';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  IntegerField,
  ListField,
  ObjectField,
  resource,
  StringField,
  ZonedDateTimeField,
} from '@refundry/resource';
import { reservedServices, type ReservedService } from './reservations.js';

const twoYears = 731;

/**
 * A time in which giving back costs the same. It ends `minutes_before` the start, or at `clock`, `days_before` it,
 * where the departure is; one with `no_show` begins at the start. It costs one of `percent`, `amount` and `nights`.
 * Amounts are in Rial.
 */
export class RefundTier {
  @IntegerField({
    label: 'Ends so many minutes before the start',
    required: false,
    allowNull: true,
    minValue: 0,
    maxValue: twoYears * 1440,
  })
  minutes_before?: number | null;
  @IntegerField({
    label: 'Ends so many days before the start',
    required: false,
    allowNull: true,
    minValue: 0,
    maxValue: twoYears,
  })
  days_before?: number | null;
  @StringField({ label: 'Ends at this time of that day, HH:MM', required: false, allowNull: true, maxLength: 5 })
  clock?: string | null;
  @BooleanField({ label: 'From the start on', required: false, allowNull: true }) no_show?: boolean | null;
  @IntegerField({ label: 'Percent of the price', required: false, allowNull: true, minValue: 0, maxValue: 100 })
  percent?: number | null;
  @IntegerField({ label: 'Amount', required: false, allowNull: true, minValue: 0 }) amount?: number | null;
  @IntegerField({ label: 'Nights', required: false, allowNull: true, minValue: 0, maxValue: 1000 }) nights?:
    number | null;
  @IntegerField({ label: 'Minimum', required: false, allowNull: true, minValue: 0 }) minimum?: number | null;
  @IntegerField({ label: 'Maximum', required: false, allowNull: true, minValue: 0 }) maximum?: number | null;
  @IntegerField({ label: 'Rounded to a multiple of', required: false, allowNull: true, minValue: 1 }) rounding?:
    number | null;
}

/** The penalty for the reservations of a domain that match, and were issued while the rules were valid. */
export class RefundRules {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Version', readOnly: true }) version!: number;
  @StringField({ label: 'Domain', readOnly: true }) domain!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
  @ChoiceField({ label: 'Service', required: false, allowNull: true, choices: reservedServices })
  service?: ReservedService | null;
  @StringField({ label: 'Supplier', required: false, allowNull: true, maxLength: 100 }) supplier?: string | null;
  @StringField({ label: 'Carrier', required: false, allowNull: true, maxLength: 100 }) carrier?: string | null;
  @StringField({ label: 'Fare class', required: false, allowNull: true, maxLength: 100 }) fare_class?: string | null;
  @DateTimeField({ label: 'Valid from', required: false, allowNull: true }) valid_from?: string | null;
  @DateTimeField({ label: 'Valid until', required: false, allowNull: true }) valid_until?: string | null;
  @IntegerField({ label: 'Minutes of grace after issue', required: false, minValue: 0, maxValue: 525_600 })
  grace_minutes?: number;
  @ListField({ label: 'Tiers', atMost: 50, of: RefundTier }) tiers!: readonly RefundTier[];
  @BooleanField({ label: 'Is retired', readOnly: true }) is_retired!: boolean;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
}

/**
 * The same with the departures that the rules are for, and with the percentages of an adult's penalty that children and
 * infants bear. The documents' clients know no such thing: it is answered where `?detail=1` asks for it.
 */
export class DetailedRefundRules extends RefundRules {
  @DateTimeField({ label: 'Departs from', required: false, allowNull: true, isDescribed: false })
  departs_from?: string | null;
  @DateTimeField({ label: 'Departs until', required: false, allowNull: true, isDescribed: false })
  departs_until?: string | null;
  @IntegerField({
    label: 'Percent that a child bears',
    required: false,
    allowNull: true,
    minValue: 0,
    maxValue: 100,
    isDescribed: false,
  })
  child_percent?: number | null;
  @IntegerField({
    label: 'Percent that an infant bears',
    required: false,
    allowNull: true,
    minValue: 0,
    maxValue: 100,
    isDescribed: false,
  })
  infant_percent?: number | null;
}

const { read, write } = scopes.reservation;
const inputExample = {
  name: 'Flights',
  service: 'flight',
  grace_minutes: 15,
  tiers: [
    { clock: '12:00', days_before: 3, percent: 10 },
    { minutes_before: 0, percent: 50, minimum: 100_000, rounding: 1000 },
    { no_show: true, percent: 100 },
  ],
};
/** A tier that says nothing. */
export const noTerms = {
  minutes_before: null,
  days_before: null,
  clock: null,
  no_show: null,
  percent: null,
  amount: null,
  nights: null,
  minimum: null,
  maximum: null,
  rounding: null,
};
const example = {
  ...inputExample,
  id: 1,
  version: 1,
  domain: 'shop.example',
  supplier: null,
  carrier: null,
  fare_class: null,
  valid_from: null,
  valid_until: null,
  tiers: inputExample.tiers.map((tier) => ({ ...noTerms, ...tier })),
  is_retired: false,
  created_date: '2026-01-01T08:00:01.298861Z',
  modified_date: '2026-01-01T08:00:01.298861Z',
};
const departureText =
  'With `departs_from` and `departs_until` the rules are for the reservations that start from the one until before ' +
  'the other. `child_percent` and `infant_percent` are what these passengers bear, in percent of what an adult of ' +
  'the same price does. Only `?detail=1` answers them.';
const refundRules = resource({ family: 'reservation', path: 'refund/rules', of: RefundRules, example, inputExample });

export const listRefundRules = refundRules.list({
  summary: 'List refund rules',
  scope: read,
  detailed: DetailedRefundRules,
  filters: { domain: ['exact'], service: ['exact'], is_retired: ['exact'] },
  sort: ['id'],
  order: ['id'],
});
export const readRefundRules = refundRules.detail({
  summary: 'Read refund rules',
  scope: read,
  detailed: DetailedRefundRules,
  refusals: ['unknown_rules'],
});
export const createRefundRules = refundRules.action('', {
  summary: 'Add refund rules',
  description: departureText,
  inputExample,
  scope: write,
  methods: ['POST'],
  input: DetailedRefundRules,
  output: RefundRules,
  detailed: DetailedRefundRules,
});
export const replaceRefundRules = refundRules.action<DetailedRefundRules, RefundRules>(':key', {
  name: 'replace',
  summary: 'Put a new version of refund rules in their place',
  description: `${departureText} What a replacement doesn't say of departures stays as it was.`,
  inputExample,
  scope: write,
  methods: ['PUT'],
  refusals: ['unknown_rules', 'wrong_state'],
  input: DetailedRefundRules,
  output: RefundRules,
  detailed: DetailedRefundRules,
});
export const retireRefundRules = refundRules.action(':key/retire', {
  summary: 'Retire refund rules',
  refusals: ['unknown_rules'],
  scope: write,
  methods: ['POST'],
  output: RefundRules,
});
export const readRefundRulesVersion = refundRules.part('versions', {
  summary: 'Read an earlier version of refund rules',
  refusals: ['unknown_rules'],
  scope: read,
  of: RefundRules,
  detailed: DetailedRefundRules,
});

/** As much of a reservation as rules need. */
export class DryRunReservation {
  @ZonedDateTimeField({ label: 'Issued at' }) issued_at!: string;
  @ZonedDateTimeField({ label: 'Starts at' }) starts_at!: string;
  @StringField({ label: 'Time zone of departure (IANA)', maxLength: 64 }) zone!: string;
  @IntegerField({ label: 'Nights', required: false, allowNull: true, minValue: 1, maxValue: 1000 }) nights?:
    number | null;
  @IntegerField({ label: 'Price, in Rial', minValue: 0 }) price!: number;
}

export class DryRun {
  @ObjectField({ label: 'Rules', of: RefundRules }) rules!: RefundRules;
  @ObjectField({ label: 'Reservation', of: DryRunReservation }) reservation!: DryRunReservation;
}

/** From an instant on, until before another, giving back costs this; open where it is null. */
export class PenaltyStretch {
  @DateTimeField({ label: 'From', allowNull: true }) from!: string | null;
  @DateTimeField({ label: 'Until', allowNull: true }) until!: string | null;
  /** `tiers[0]`, `grace` or `no_show`. */
  @StringField({ label: 'Tier' }) tier!: string;
  @IntegerField({ label: 'Penalty' }) penalty!: number;
  @IntegerField({ label: 'What comes back' }) diffrance!: number;
}

export class PenaltyTimeline {
  @ListField({ label: 'Timeline', of: PenaltyStretch }) timeline!: readonly PenaltyStretch[];
}

export const dryRunRefundRules = refundRules.action('dry-run', {
  summary: 'What rules would say of a reservation at any moment',
  inputExample: {
    rules: inputExample,
    reservation: {
      issued_at: '2026-01-01T08:00:00Z',
      starts_at: '2026-07-01T08:00:00+03:30',
      zone: 'Asia/Tehran',
      price: 10_000_000,
    },
  },
  example: {
    timeline: [
      { from: null, until: '2026-06-28T08:30:00Z', tier: 'tiers[0]', penalty: 1_000_000, diffrance: 9_000_000 },
      { from: '2026-06-28T08:30:00Z', until: null, tier: 'tiers[1]', penalty: 5_000_000, diffrance: 5_000_000 },
    ],
  },
  scope: read,
  methods: ['POST'],
  input: DryRun,
  output: PenaltyTimeline,
  isRead: true,
});
