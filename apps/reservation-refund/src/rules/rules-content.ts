import { DraftedRules, RefundTier } from '@refundry/contracts';
import { fieldsOf, formatTimestamp } from '@refundry/resource';
import type { RulesContent } from './refund-rules.repository.js';
import { specificityOf } from './specificity.js';

/** Makes the content of a row of given rules. */
export const contentOf = (rules: DraftedRules): RulesContent => ({
  name: rules.name,
  service: rules.service ?? null,
  supplier: rules.supplier ?? null,
  carrier: rules.carrier ?? null,
  fareClass: rules.fare_class ?? null,
  validFrom: rules.valid_from ?? null,
  validUntil: rules.valid_until ?? null,
  departsFrom: rules.departs_from ?? null,
  departsUntil: rules.departs_until ?? null,
  childPercent: rules.child_percent ?? null,
  infantPercent: rules.infant_percent ?? null,
  graceMinutes: rules.grace_minutes ?? 0,
  tiers: rules.tiers,
  specificity: specificityOf(rules),
});

/** The content of rules as answers write it: rules that say the same are the same JSON. */
export type WrittenRules = Required<DraftedRules>;

/** Writes content as answers do. */
export const writtenRules = (content: Omit<RulesContent, 'specificity'>): WrittenRules => ({
  name: content.name,
  service: content.service,
  supplier: content.supplier,
  carrier: content.carrier,
  fare_class: content.fareClass,
  valid_from: answered(content.validFrom),
  valid_until: answered(content.validUntil),
  departs_from: answered(content.departsFrom),
  departs_until: answered(content.departsUntil),
  child_percent: content.childPercent,
  infant_percent: content.infantPercent,
  grace_minutes: content.graceMinutes,
  tiers: content.tiers.map(wholeTier),
});

const fields = fieldsOf(DraftedRules).map(({ name }) => name as keyof DraftedRules);

/** The content of rules that were written already, with whatever else they have. */
export const writtenOf = (rules: DraftedRules): WrittenRules =>
  Object.fromEntries(fields.map((field) => [field, rules[field]])) as WrittenRules;

/** @param text of PostgreSQL, or already as answers have it, as entities do */
const answered = (text: string | null): string | null =>
  text === null || text.includes('T') ? text : formatTimestamp(text);

const terms = fieldsOf(RefundTier).map(({ name }) => name as keyof RefundTier);

/** With a null for whatever it doesn't say. */
const wholeTier = (tier: RefundTier): RefundTier =>
  Object.fromEntries(terms.map((term) => [term, tier[term] ?? null])) as RefundTier;
