import { scopes } from '@refundry/auth';
import {
  auditedActions,
  ChoiceField,
  DateTimeField,
  IntegerField,
  ListField,
  ObjectField,
  resource,
  StringField,
} from '@refundry/resource';
import { noTerms, RefundTier } from './refund-rules.js';
import { reservedServices, type ReservedService } from './reservations.js';

/** The content of rules, whatever set and version it is. */
export class DraftedRules {
  @StringField({ label: 'Name', maxLength: 200 }) name!: string;
  @ChoiceField({ label: 'Service', required: false, allowNull: true, choices: reservedServices })
  service?: ReservedService | null;
  @StringField({ label: 'Supplier', required: false, allowNull: true, maxLength: 100 }) supplier?: string | null;
  @StringField({ label: 'Carrier', required: false, allowNull: true, maxLength: 100 }) carrier?: string | null;
  @StringField({ label: 'Fare class', required: false, allowNull: true, maxLength: 100 }) fare_class?: string | null;
  @DateTimeField({ label: 'Valid from', required: false, allowNull: true }) valid_from?: string | null;
  @DateTimeField({ label: 'Valid until', required: false, allowNull: true }) valid_until?: string | null;
  @DateTimeField({ label: 'Departs from', required: false, allowNull: true }) departs_from?: string | null;
  @DateTimeField({ label: 'Departs until', required: false, allowNull: true }) departs_until?: string | null;
  @IntegerField({ label: 'Percent that a child bears', required: false, allowNull: true, minValue: 0, maxValue: 100 })
  child_percent?: number | null;
  @IntegerField({ label: 'Percent that an infant bears', required: false, allowNull: true, minValue: 0, maxValue: 100 })
  infant_percent?: number | null;
  @IntegerField({ label: 'Minutes of grace after issue', required: false, minValue: 0, maxValue: 525_600 })
  grace_minutes?: number;
  @ListField({ label: 'Tiers', atMost: 50, of: RefundTier }) tiers!: readonly RefundTier[];
}

export const draftStates = ['draft', 'scheduled', 'published', 'discarded'] as const;
export type DraftState = (typeof draftStates)[number];

/** Rules that nothing is priced by yet: a new set, or the next version of one. */
export class RefundRulesDraft {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @ChoiceField({ label: 'Status', choices: draftStates, readOnly: true }) status!: DraftState;
  /** The rule set that it is the next version of; of a new set null, until it is published. */
  @IntegerField({ label: 'Rules', required: false, allowNull: true, minValue: 1 }) rules_id?: number | null;
  /** It is published as long as this is still the version of its rule set. */
  @IntegerField({ label: 'Version that it was made of', required: false, allowNull: true, minValue: 1 })
  based_on?: number | null;
  @StringField({ label: 'Domain', readOnly: true }) domain!: string;
  @ObjectField({ label: 'Content', of: DraftedRules }) rules!: DraftedRules;
  @DateTimeField({ label: 'Publish at', readOnly: true, allowNull: true }) publish_at!: string | null;
  /** Why it is published. */
  @StringField({ label: 'Reason', readOnly: true, allowNull: true }) reason!: string | null;
  /** Why it was not published when it was due. */
  @StringField({ label: 'Problem', readOnly: true, allowNull: true }) problem!: string | null;
  @IntegerField({ label: 'Version that it became', readOnly: true, allowNull: true }) published_version!: number | null;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
}

export class Publication {
  @StringField({ label: 'Reason', maxLength: 500 }) reason!: string;
  /** Without it, it is published at once. */
  @DateTimeField({ label: 'Publish at', required: false, allowNull: true }) publish_at?: string | null;
}

const { read, write } = scopes.reservation;
const rules = {
  name: 'Flights of Nowruz',
  service: 'flight',
  departs_from: '2027-03-15T00:00:00Z',
  departs_until: '2027-04-05T00:00:00Z',
  grace_minutes: 15,
  tiers: [{ minutes_before: 0, percent: 80 }],
};
const example = {
  id: 1,
  status: 'draft',
  rules_id: null,
  based_on: null,
  domain: 'shop.example',
  rules: {
    ...rules,
    child_percent: null,
    infant_percent: null,
    supplier: null,
    carrier: null,
    fare_class: null,
    valid_from: null,
    valid_until: null,
    tiers: rules.tiers.map((tier) => ({ ...noTerms, ...tier })),
  },
  publish_at: null,
  reason: null,
  problem: null,
  published_version: null,
  created_date: '2026-01-01T08:00:01.298861Z',
  modified_date: '2026-01-01T08:00:01.298861Z',
};
const drafts = resource({
  family: 'reservation',
  path: 'refund/rules/drafts',
  of: RefundRulesDraft,
  example,
  inputExample: { rules },
});
const moved = { scope: write, methods: ['POST'], output: RefundRulesDraft } as const;

export const listRulesDrafts = drafts.list({
  summary: 'List drafts of refund rules',
  scope: read,
  filters: { status: ['exact'], rules_id: ['exact'], domain: ['exact'] },
  sort: ['id'],
  order: ['id'],
});
export const readRulesDraft = drafts.detail({
  summary: 'Read a draft of refund rules',
  scope: read,
  refusals: ['unknown_row'],
});
export const createRulesDraft = drafts.action('', {
  name: 'create',
  summary: 'Draft refund rules',
  description:
    'With `rules_id` it is the next version of that rule set, made of its present version unless `based_on` names an ' +
    'earlier one. Drafts price nothing.',
  scope: write,
  methods: ['POST'],
  refusals: ['unknown_rules', 'wrong_state'],
  input: RefundRulesDraft,
  output: RefundRulesDraft,
  inputExample: { rules },
});
export const replaceRulesDraft = drafts.replace({
  summary: 'Change a draft of refund rules',
  description:
    'Its rule set stays what it is, and so does the version that it was made of, unless `based_on` names a later one.',
  scope: write,
  refusals: ['unknown_row', 'wrong_state'],
});
export const publishRulesDraft = drafts.action(':key/publish', {
  ...moved,
  summary: 'Publish a draft of refund rules, now or later',
  description:
    'With `publish_at` it is published at that moment, or becomes a draft again with a `problem` where it can no ' +
    'longer be: other rules hold for the same reservations, or its rule set was retired or has changed.',
  input: Publication,
  inputExample: { reason: 'Prices of Nowruz', publish_at: '2027-03-01T00:00:00+03:30' },
  refusals: ['unknown_row', 'wrong_state', 'second_person_needed'],
});
export const unscheduleRulesDraft = drafts.action(':key/unschedule', {
  ...moved,
  summary: 'Take back the publication of a draft',
  refusals: ['unknown_row', 'wrong_state'],
});
export const discardRulesDraft = drafts.action(':key/discard', {
  ...moved,
  summary: 'Discard a draft of refund rules',
  refusals: ['unknown_row', 'wrong_state'],
});

/** The decisions on drafts. */
export const rulesDraftDecisions = auditedActions({
  service: 'reservation-refund',
  subjectType: 'refund_rules_draft',
  of: RefundRulesDraft,
  fields: ['status', 'rules_id', 'based_on', 'domain', 'publish_at', 'problem', 'published_version', 'rules'],
  actions: {
    created: 'Rules were drafted',
    replaced: 'A draft of rules was changed',
    scheduled: 'The publication of a draft was set for a moment',
    unscheduled: 'The publication of a draft was taken back',
    published: 'A draft became rules',
    refused: 'A draft that was due could not be published, and is a draft again',
    discarded: 'A draft was discarded',
  },
});
