import { scopes } from '@refundry/auth';
import { ChoiceField, DateTimeField, IntegerField, ListField, ObjectField, resource } from '@refundry/resource';
import { DraftedRules } from './refund-rules-drafts.js';

export const impactStates = ['working', 'finished', 'failed', 'aborted'] as const;
export type ImpactState = (typeof impactStates)[number];

/** Rules to try: those of a draft, or given ones, for a new set or in the place of one. */
export class ImpactQuestion {
  @IntegerField({ label: 'Draft', required: false, allowNull: true, minValue: 1 }) draft_id?: number | null;
  @ObjectField({ label: 'Content', required: false, allowNull: true, of: DraftedRules }) rules?: DraftedRules | null;
  @IntegerField({ label: 'Rules in whose place they are tried', required: false, allowNull: true, minValue: 1 })
  rules_id?: number | null;
}

/** A reservation that is priced differently: the penalty by the rules there are, and by those that are tried. */
export class ImpactExample {
  @IntegerField({ label: 'Reserve ID' }) reserve_id!: number;
  /** Null where no rules apply. */
  @IntegerField({ label: 'Penalty before', allowNull: true }) before!: number | null;
  @IntegerField({ label: 'Penalty after', allowNull: true }) after!: number | null;
}

/** The effect of rules on the open reservations of the account, priced at one moment. In Rial. */
export class RulesImpact {
  @IntegerField({ label: 'ID' }) id!: number;
  @ChoiceField({ label: 'State', choices: impactStates }) state!: ImpactState;
  @IntegerField({ label: 'Draft', allowNull: true }) draft_id!: number | null;
  @IntegerField({ label: 'Rules', allowNull: true }) rules_id!: number | null;
  @DateTimeField({ label: 'Priced at' }) priced_at!: string;
  /** How many there were at the start, once that is known. */
  @IntegerField({ label: 'Open reservations', allowNull: true }) expected!: number | null;
  @IntegerField({ label: 'Priced so far' }) checked!: number;
  @IntegerField({ label: 'Unchanged' }) unchanged!: number;
  @IntegerField({ label: 'Priced differently' }) priced_differently!: number;
  @IntegerField({ label: 'Newly refundable' }) newly_refundable!: number;
  @IntegerField({ label: 'No longer refundable' }) no_longer_refundable!: number;
  @IntegerField({ label: 'Sum of penalties before' }) penalty_before!: number;
  @IntegerField({ label: 'Sum of penalties after' }) penalty_after!: number;
  @ListField({ label: 'Examples', of: ImpactExample }) examples!: readonly ImpactExample[];
  @DateTimeField({ label: 'Created date' }) created_date!: string;
  @DateTimeField({ label: 'Ended date', allowNull: true }) ended_date!: string | null;
}

const { read, write } = scopes.reservation;
const example = {
  id: 1,
  state: 'finished',
  draft_id: 1,
  rules_id: null,
  priced_at: '2026-01-01T08:00:01.298Z',
  expected: 1204,
  checked: 1204,
  unchanged: 1200,
  priced_differently: 3,
  newly_refundable: 1,
  no_longer_refundable: 0,
  penalty_before: 3_612_000_000,
  penalty_after: 3_616_500_000,
  examples: [{ reserve_id: 10_011, before: 3_000_000, after: 6_000_000 }],
  created_date: '2026-01-01T08:00:01.298861Z',
  ended_date: '2026-01-01T08:00:03.298861Z',
};
const impact = resource({ family: 'reservation', path: 'refund/rules/impact', of: RulesImpact, example });

export const listRulesImpacts = impact.list({
  summary: 'List previews of the impact of rules',
  description: 'They are kept for seven days after their end.',
  scope: read,
  filters: { state: ['exact'], draft_id: ['exact'], rules_id: ['exact'] },
  sort: ['id'],
  order: ['id'],
});
export const readRulesImpact = impact.detail({
  summary: 'Read how far a preview is, and what it has found',
  scope: read,
  refusals: ['unknown_row'],
});
export const startRulesImpact = impact.action('', {
  name: 'start',
  summary: 'Preview the impact of rules on open reservations',
  description:
    'All confirmed reservations of the account that start later are priced at this moment, by the rules of the ' +
    'domain as they are and as they would be. An account has one preview at work.',
  scope: write,
  methods: ['POST'],
  status: 202,
  input: ImpactQuestion,
  output: RulesImpact,
  inputExample: { draft_id: 1 },
  refusals: ['unknown_row', 'unknown_rules', 'wrong_state'],
});
export const abortRulesImpact = impact.action(':key/abort', {
  summary: 'Abort a preview',
  scope: write,
  methods: ['POST'],
  output: RulesImpact,
  refusals: ['unknown_row', 'wrong_state'],
});
