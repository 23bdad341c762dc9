import type { RefundRules } from '@refundry/contracts';

/** By what rules choose their reservations, the more telling first. */
export const criteria = [
  'fare_class',
  'carrier',
  'supplier',
  'service',
] as const satisfies readonly (keyof RefundRules)[];

/**
 * The more criteria, the more specific; among as many, whichever has the more telling ones. Only rules with the same
 * criteria are equally specific.
 */
export function specificityOf(rules: Partial<RefundRules>): number {
  const given = criteria.map((criterion) => typeof rules[criterion] === 'string');
  const telling = given.reduce((sum, isGiven) => 2 * sum + Number(isGiven), 0);
  return given.filter(Boolean).length * 2 ** criteria.length + telling;
}
