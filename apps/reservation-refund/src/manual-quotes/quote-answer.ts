import { maxQuoteDays, type QuoteAnswer } from '@refundry/contracts';
import { invalid, type FieldErrors } from '@refundry/errors';
import { formatTimestamp } from '@refundry/resource';
import { Temporal } from 'temporal-polyfill';
import { percentOf } from '../quotes/shares.js';

/** An answer in figures. */
export interface AnsweredPenalty {
  readonly penalty: number;
  /** As ISO 8601 writes it. */
  readonly validUntil: string;
}

/**
 * @param price of the passengers, in Rial
 * @param at in milliseconds since 1970
 * @throws Failure `invalid`
 */
export function answeredPenalty(answer: QuoteAnswer, price: number, at: number): AnsweredPenalty {
  const errors: Record<string, FieldErrors> = {};
  const penalty = penaltyOf(answer, price, errors);
  const until = validUntil(answer, Temporal.Instant.fromEpochMilliseconds(at), errors);
  if (penalty === undefined || until === undefined) throw invalid(errors);
  return { penalty, validUntil: until.toString() };
}

function penaltyOf(
  { penalty, percent }: QuoteAnswer,
  price: number,
  errors: Record<string, FieldErrors>,
): number | undefined {
  if (isGiven(penalty) === isGiven(percent)) errors.penalty = ['Give one of penalty and percent.'];
  else if (isGiven(percent)) return percentOf(price, percent);
  else if (isGiven(penalty) && penalty <= price) return penalty;
  else errors.penalty = [`Ensure this value is less than or equal to ${price}.`];
  return undefined;
}

function validUntil(
  { valid_minutes: minutes, valid_until: until }: QuoteAnswer,
  at: Temporal.Instant,
  errors: Record<string, FieldErrors>,
): Temporal.Instant | undefined {
  if (isGiven(minutes) === isGiven(until)) errors.valid_until = ['Give one of valid_minutes and valid_until.'];
  else if (isGiven(minutes)) return at.add({ minutes });
  else if (isGiven(until)) {
    const instant = Temporal.Instant.from(formatTimestamp(until));
    if (Temporal.Instant.compare(at, instant) >= 0) errors.valid_until = ['Ensure this is later than now.'];
    else if (Temporal.Instant.compare(at.add({ hours: maxQuoteDays * 24 }), instant) < 0)
      errors.valid_until = [`Ensure this is at most ${maxQuoteDays} days from now.`];
    else return instant;
  }
  return undefined;
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
