import { eventType, IntegerField } from '@refundry/resource';

/** The content of the events of rule sets, version 1. */
export class RefundRulesEvent {
  @IntegerField({ label: 'ID of the rule set' }) rules!: number;
  @IntegerField({ label: 'Version' }) rules_version!: number;
}

/** The content of the events of drafts, version 1. */
export class RulesDraftEvent {
  @IntegerField({ label: 'ID of the draft' }) draft!: number;
}

const ofRules = {
  family: 'reservation',
  version: 1,
  of: RefundRulesEvent,
  example: { rules: 1, rules_version: 2 },
  subjectOf: ({ rules }: RefundRulesEvent) => `refund/rules/${rules}`,
} as const;

/** The events of rule sets. */
export const refundRulesEvents = {
  published: eventType({
    ...ofRules,
    type: 'refund_rules.published',
    summary: 'A rule set was added, or has a new version',
  }),
  retired: eventType({ ...ofRules, type: 'refund_rules.retired', summary: 'A rule set applies to nothing any more' }),
  publicationRefused: eventType({
    family: 'reservation',
    type: 'refund_rules.publication_refused',
    version: 1,
    summary: 'A draft that was due could not be published, and is a draft again',
    of: RulesDraftEvent,
    example: { draft: 1 },
    subjectOf: ({ draft }) => `refund/rules/drafts/${draft}`,
  }),
};
