import type { RefundTier, RulesChange } from '@refundry/contracts';
import type { WrittenRules } from './rules-content.js';

/** Lists what rules differ in, in the order of their fields. @param before null where there are none */
export function changesBetween(before: WrittenRules | null, after: WrittenRules): RulesChange[] {
  const { tiers: formerTiers = [], ...former } = before ?? noRules;
  const { tiers, ...fields } = after;
  return [...changesOf('', former, fields), ...changesOfTiers(formerTiers, tiers)];
}

const noRules: Partial<WrittenRules> = {};

const changesOf = (prefix: string, before: object, after: object): RulesChange[] => {
  const [former, latter] = [new Map<string, unknown>(Object.entries(before)), Object.entries(after)];
  return latter.flatMap(([field, value]: [string, unknown]) => {
    const was = former.get(field) ?? null;
    return was === value ? [] : { field: prefix + field, before: was, after: value };
  });
};

function changesOfTiers(before: readonly RefundTier[], after: readonly RefundTier[]): RulesChange[] {
  const places = Array.from({ length: Math.max(before.length, after.length) }, (_, place) => place);
  return places.flatMap((place) => {
    const [was, is] = [before[place], after[place]];
    if (was && is) return changesOf(`tiers[${place}].`, was, is);
    return { field: `tiers[${place}]`, before: was ? saidOf(was) : null, after: is ? saidOf(is) : null };
  });
}

/** A tier without what it leaves open. */
const saidOf = (tier: RefundTier): object =>
  Object.fromEntries(Object.entries(tier).filter(([, value]: [string, unknown]) => value !== null));
