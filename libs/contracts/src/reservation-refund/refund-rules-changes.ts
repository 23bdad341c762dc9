import { scopes } from '@refundry/auth';
import { DateTimeField, IntegerField, JsonField, ListField, resource, StringField } from '@refundry/resource';

/** A version of a rule set. */
export class RulesVersion {
  @IntegerField({ label: 'ID of the rule set' }) id!: number;
  @IntegerField({ label: 'Version' }) version!: number;
  @StringField({ label: 'Name' }) name!: string;
  @DateTimeField({ label: 'Published date' }) published_date!: string;
}

/**
 * A field that rules differ in. A tier is named by its place, as in quotes: `tiers[0].percent`, or `tiers[2]` where
 * only one of them has it.
 */
export class RulesChange {
  @StringField({ label: 'Field' }) field!: string;
  @JsonField({ label: 'Before' }) before!: unknown;
  @JsonField({ label: 'After' }) after!: unknown;
}

export class RulesChanges {
  /** The version that they are compared with; null where there is none. */
  @IntegerField({ label: 'Against', allowNull: true }) against!: number | null;
  @ListField({ label: 'Changes', of: RulesChange }) changes!: readonly RulesChange[];
}

export class ChangesQuestion {
  @IntegerField({
    label: 'The version to compare with; the one before, unless it is said',
    required: false,
    minValue: 1,
  })
  against?: number;
}

const { read } = scopes.reservation;
const changesExample = {
  against: 1,
  changes: [
    { field: 'name', before: 'Flights', after: 'Flights of Nowruz' },
    { field: 'tiers[0].percent', before: 10, after: 30 },
  ],
};

export const listRulesVersions = resource({
  family: 'reservation',
  path: 'refund/rules',
  of: RulesVersion,
  example: { id: 1, version: 2, name: 'Flights of Nowruz', published_date: '2026-01-01T08:00:01.298861Z' },
}).list({
  path: ':within/versions',
  summary: 'List the versions of refund rules',
  description: 'The latest first.',
  scope: read,
  refusals: ['unknown_rules'],
  sort: ['version'],
  order: ['-version', 'id'],
});

const changes = resource({ family: 'reservation', path: 'refund/rules', of: RulesChanges, example: changesExample });

export const readRulesChanges = changes.action<ChangesQuestion, RulesChanges>(':within/versions/:key/changes', {
  summary: 'What a version of refund rules has changed',
  scope: read,
  methods: ['GET'],
  input: ChangesQuestion,
  mergesQuery: true,
  output: RulesChanges,
  refusals: ['unknown_rules'],
  isRead: true,
});
export const readDraftChanges = changes.action<object, RulesChanges>('drafts/:key/changes', {
  summary: 'What a draft would change, or has changed',
  description: 'Against the present version of its rule set; of a published one, against the version before.',
  scope: read,
  methods: ['GET'],
  output: RulesChanges,
  refusals: ['unknown_row'],
  isRead: true,
});
