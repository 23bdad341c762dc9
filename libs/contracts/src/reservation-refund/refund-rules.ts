import { scopes } from '@refundry/auth';
import { BooleanField, ChoiceField, DateTimeField, IntegerField, ListField, ObjectField, resource, StringField } from '@refundry/resource';
import { reservedServices, type ReservedService } from './reservations.js';

const twoYears = 731;

/**
 * A time in which giving back costs the same. It ends `minutes_before` the start, or at `clock`, `days_before` it, where the
 * departure is; one with `no_show` begins at the start. It costs one of `percent`, `amount` and `nights`. Amounts are in Rial.
 */
export class RefundTier {
  @IntegerField({ label: 'Ends so many minutes before the start', required: false, allowNull: true, minValue: 0, maxValue: twoYears * 1440 }) minutes_before?: number | null;
  @IntegerField({ label: 'Ends so many days before the start', required: false, allowNull: true, minValue: 0, maxValue: twoYears }) days_before?: number | null;
  @StringField({ label: 'Ends at this time of that day, HH:MM', required: false, allowNull: true, maxLength: 5 }) clock?: string | null;
  @BooleanField({ label: 'From the start on', required: false }) no_show?: boolean;
  @IntegerField({ label: 'Percent of the price', required: false, allowNull: true, minValue: 0, maxValue: 100 }) percent?: number | null;
  @IntegerField({ label: 'Amount', required: false, allowNull: true, minValue: 0 }) amount?: number | null;
  @IntegerField({ label: 'Nights', required: false, allowNull: true, minValue: 0, maxValue: 1000 }) nights?: number | null;
  @IntegerField({ label: 'Minimum', required: false, allowNull: true, minValue: 0 }) minimum?: number | null;
  @IntegerField({ label: 'Maximum', required: false, allowNull: true, minValue: 0 }) maximum?: number | null;
  @IntegerField({ label: 'Rounded to a multiple of', required: false, allowNull: true, minValue: 1 }) rounding?: number | null;
}

/** What giving back costs, for the reservations of a domain that match, and were issued while the rules were valid. */
export class RefundRules {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Version', readOnly: true }) version!: number;
  @StringField({ label: 'Domain', readOnly: true }) domain!: string;
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
  @ChoiceField({ label: 'Service', required: false, allowNull: true, choices: reservedServices }) service?: ReservedService | null;
  @StringField({ label: 'Supplier', required: false, allowNull: true, maxLength: 100 }) supplier?: string | null;
  @StringField({ label: 'Carrier', required: false, allowNull: true, maxLength: 100 }) carrier?: string | null;
  @StringField({ label: 'Fare class', required: false, allowNull: true, maxLength: 100 }) fare_class?: string | null;
  @DateTimeField({ label: 'Valid from', required: false, allowNull: true }) valid_from?: string | null;
  @DateTimeField({ label: 'Valid until', required: false, allowNull: true }) valid_until?: string | null;
  @IntegerField({ label: 'Minutes of grace after issue', required: false, minValue: 0, maxValue: 525_600 }) grace_minutes?: number;
  @ListField({ label: 'Tiers', atMost: 50, of: RefundTier }) tiers!: readonly RefundTier[];
  @BooleanField({ label: 'Is retired', readOnly: true }) is_retired!: boolean;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
}

const { read, write } = scopes.reservation;
const refundRules = resource({ family: 'reservation', path: 'refund/rules', of: RefundRules });

export const listRefundRules = refundRules.list({
  scope: read,
  filters: { domain: ['exact'], service: ['exact'], is_retired: ['exact'] },
  sort: ['id'],
  order: ['id'],
});
export const readRefundRules = refundRules.detail({ scope: read });
export const createRefundRules = refundRules.action('', { scope: write, methods: ['POST'], input: RefundRules, output: RefundRules });
export const replaceRefundRules = refundRules.replace({ scope: write });
export const retireRefundRules = refundRules.action(':key/retire', { scope: write, methods: ['POST'], output: RefundRules });
/** An earlier version, as it was. */
export const readRefundRulesVersion = refundRules.part('versions', { scope: read, of: RefundRules });

/** As much of a reservation as rules need. */
export class DryRunReservation {
  @DateTimeField({ label: 'Issued at' }) issued_at!: string;
  @DateTimeField({ label: 'Starts at' }) starts_at!: string;
  @StringField({ label: 'Time zone of departure (IANA)', maxLength: 64 }) zone!: string;
  @IntegerField({ label: 'Nights', required: false, allowNull: true, minValue: 1, maxValue: 1000 }) nights?: number | null;
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

export const dryRunRefundRules = refundRules.action('dry-run', { scope: read, methods: ['POST'], input: DryRun, output: PenaltyTimeline, isRead: true });
