import type { DraftedRules, RefundTier } from '@refundry/contracts';
import { invalid, type FieldErrors } from '@refundry/errors';
import { Temporal } from 'temporal-polyfill';
import type { TierEnd } from '../quotes/penalty.js';
import { endOf } from './refund-terms.js';

type Errors = Record<string, string[]>;

const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const day = 24 * 60;
/** Every quote goes through all of them. */
const maxTiers = 50;

/**
 * Refuses rules that don't say for every moment, whenever the start may be, exactly what giving back costs
 * (docs/adr/0022).
 *
 * @throws Failure `invalid`; what is wrong with a tier stands at its place
 */
export function checkRules(rules: DraftedRules): void {
  const { tiers } = rules;
  const errors: Record<string, FieldErrors> = errorsOfPeriods(rules);
  const ofTiers = errorsOfTiers(tiers);
  if (tiers.length === 0) errors.tiers = ['This list may not be empty.'];
  else if (tiers.length > maxTiers) errors.tiers = [`Ensure this field has no more than ${maxTiers} elements.`];
  else if (ofTiers.some(hasErrors)) errors.tiers = ofTiers;
  if (hasErrors(errors)) throw invalid(errors);
}

/** Errors of the times that rules hold for: of issue, and of departure. */
export function errorsOfPeriods(rules: Partial<DraftedRules>): Errors {
  const errors: Errors = {};
  for (const [from, until] of periods)
    if (isEmpty(rules[from], rules[until])) errors[until] = [`Ensure this is later than ${from}.`];
  return errors;
}

const periods = [
  ['valid_from', 'valid_until'],
  ['departs_from', 'departs_until'],
] as const;

const isEmpty = (from?: string | null, until?: string | null): boolean =>
  isGiven(from) && isGiven(until) && Temporal.Instant.compare(instantOf(from), instantOf(until)) >= 0;

/** @param text of PostgreSQL, or of ISO 8601 as entities have it */
const instantOf = (text: string): Temporal.Instant => Temporal.Instant.from(text);

const hasErrors = (errors: object): boolean => Object.keys(errors).length > 0;

/** Only where each tier is right by itself can they be compared with each other. */
function errorsOfTiers(tiers: readonly RefundTier[]): Errors[] {
  const own = tiers.map(errorsOfTier);
  return own.some(hasErrors) ? own : errorsBetween(tiers);
}

function errorsOfTier(tier: RefundTier): Errors {
  const { clock, minimum, maximum } = tier;
  const errors: Errors = {};
  const general: string[] = [];
  const byClock = [tier.days_before, clock].filter(isGiven).length;
  if (byClock === 1) general.push('Give days_before and clock together.');
  if ([isGiven(tier.minutes_before), byClock > 0, tier.no_show === true].filter(Boolean).length !== 1)
    general.push('Give one of minutes_before, days_before with clock, and no_show.');
  if ([tier.percent, tier.amount, tier.nights].filter(isGiven).length !== 1)
    general.push('Give one of percent, amount and nights.');
  if (general.length > 0) errors.non_field_errors = general;
  if (isGiven(clock) && !clockTime.test(clock)) errors.clock = ['Enter a time from 00:00 to 23:59.'];
  if (isGiven(minimum) && isGiven(maximum) && minimum > maximum)
    errors.minimum = ['Ensure this is not above the maximum.'];
  return errors;
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

function errorsBetween(tiers: readonly RefundTier[]): Errors[] {
  return tiers.map((tier, index): Errors => {
    const next = tiers[index + 1];
    const problem = tier.no_show ? problemOfNoShow(index, next) : problemOfEnd(endOf(tier), next);
    return problem === undefined ? {} : { non_field_errors: [problem] };
  });
}

const gap = 'It leaves a gap before the start: let the last tier end at it, with minutes_before 0.';

function problemOfNoShow(index: number, next: RefundTier | undefined): string | undefined {
  if (next) return 'It begins at the start, so that no tier may follow.';
  return index === 0 ? gap : undefined;
}

function problemOfEnd(end: TierEnd, next: RefundTier | undefined): string | undefined {
  if (!next || next.no_show) return 'minutesBefore' in end && end.minutesBefore === 0 ? undefined : gap;
  return isAlwaysBefore(end, endOf(next)) ? undefined : 'It does not always end before the next tier does.';
}

/**
 * Whether one end comes before another, at whatever time of the day the start is, on days as long as days are. An end
 * at the start comes behind every end by the clock: the clock's is cut off there.
 */
function isAlwaysBefore(one: TierEnd, other: TierEnd): boolean {
  if ('clock' in one && 'minutesBefore' in other && other.minutesBefore === 0) return true;
  // By the same clock the start's own time makes no difference.
  if ('clock' in one && 'clock' in other) return minLead(one) > minLead(other);
  return minLead(one) > ('clock' in other ? minLead(other) + day - 1 : other.minutesBefore);
}

/** How many minutes an end is before the start at least: by the clock, before a start at midnight. */
const minLead = (end: TierEnd): number =>
  'minutesBefore' in end ? end.minutesBefore : end.daysBefore * day - minutesOf(end.clock);

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}
