import type { WaiverCode, WaiverProposal } from '@refundry/contracts';
import { invalid } from '@refundry/errors';
import { percentOf } from '../quotes/shares.js';
import { isInForce } from './found-waiver.js';

/**
 * Refuses what no penalty and no code would make right.
 *
 * @param at in milliseconds since 1970
 * @throws Failure `invalid`
 */
export function checkProposal({ penalty, percent_off: percent, valid_until: until }: WaiverProposal, at: number): void {
  if ((penalty ?? null) === null && (percent ?? null) === null)
    throw invalid({ non_field_errors: ['Either penalty or percent_off is required.'] });
  if ((penalty ?? null) !== null && (percent ?? null) !== null)
    throw invalid({ non_field_errors: ['Give either penalty or percent_off, not both.'] });
  if (!isInForce({ valid_until: until ?? null }, at)) throw invalid({ valid_until: ['This time is over.'] });
}

/**
 * Refuses what would raise the penalty, and what the code doesn't allow.
 *
 * @param rules the penalty of the rules
 * @throws Failure `invalid`
 */
export function checkLimits(
  { penalty, percent_off: percent, note }: WaiverProposal,
  { largest_percent: largest, needs_note: needsNote }: Required<WaiverCode>,
  rules: number,
): void {
  if (needsNote && (note ?? null) === null) throw invalid({ note: ['This code needs a note.'] });
  if (typeof percent === 'number' && percent > (largest ?? 100))
    throw invalid({ percent_off: [atMost(largest ?? 100)] });
  if (typeof penalty !== 'number') return;
  if (penalty > rules) throw invalid({ penalty: [atMost(rules)] });
  const least = rules - percentOf(rules, largest ?? 100);
  if (penalty < least) throw invalid({ penalty: [`Ensure this value is greater than or equal to ${least}.`] });
}

const atMost = (bound: number): string => `Ensure this value is less than or equal to ${bound}.`;
