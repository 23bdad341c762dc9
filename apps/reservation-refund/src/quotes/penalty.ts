import { Temporal } from 'temporal-polyfill';
import { instantAtClock } from '../reservations/time-zone.js';

/** The penalty of a tier: a percentage of the price, an amount in Rial, or the average price of so many nights. */
export type Measure = { readonly percent: number } | { readonly amount: number } | { readonly nights: number };

/** How a penalty is measured. Amounts are whole Rials. */
export interface Charge {
  readonly measure: Measure;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** It is rounded to a multiple of this; to whole Rials, unless it is said. */
  readonly rounding?: number | undefined;
}

/**
 * The end of a tier: so many minutes before the start, or at a time of the clock so many days before, where the
 * departure is.
 */
export type TierEnd = { readonly minutesBefore: number } | { readonly daysBefore: number; readonly clock: string };

export interface Tier {
  readonly end: TierEnd;
  readonly charge: Charge;
}

/** The refund rules of an item. The tiers follow each other, and the last ends at the start. */
export interface RefundTerms {
  /** So long after issue giving back is free; never after the start. */
  readonly graceMinutes: number;
  readonly tiers: readonly Tier[];
  /** From the start on; without it the whole price. */
  readonly noShow?: Charge | undefined;
}

/** The refunded item. */
export interface RefundItem {
  /** The price paid, in Rial. */
  readonly price: number;
  /** Of a stay; what has none counts as one night. */
  readonly nights: number;
  readonly issuedAt: Temporal.Instant;
  readonly startsAt: Temporal.Instant;
  /** The time zone of departure (IANA). */
  readonly zone: string;
}

/** A time in which the penalty is the same, from an instant on, until before another; open where there is none. */
export interface Stretch {
  readonly from: Temporal.Instant | undefined;
  readonly until: Temporal.Instant | undefined;
  /** The rules that apply: a tier by its index, the grace after issue, or nobody's having shown up. */
  readonly tier: number | 'grace' | 'no_show';
  readonly penalty: number;
}

/** The penalty from the start on, unless the rules say otherwise. */
const everything: Charge = { measure: { percent: 100 } };

/**
 * Calculates the penalty of an item at any moment: the stretches follow each other without a gap, from the beginning of
 * time to its end (docs/adr/0022). A tier that ends before the one in front of it does has no time of its own, and none
 * outlasts the start.
 */
export function penaltyTimeline(
  { graceMinutes, tiers, noShow = everything }: RefundTerms,
  item: RefundItem,
): readonly Stretch[] {
  const { startsAt, issuedAt } = item;
  const ends = [
    ...(graceMinutes > 0 ? [{ tier: 'grace' as const, penalty: 0, end: issuedAt.add({ minutes: graceMinutes }) }] : []),
    ...tiers.map(({ end, charge }, tier) => ({ tier, penalty: penaltyOf(charge, item), end: endOf(end, item) })),
  ];
  const stretches: Stretch[] = [];
  let from: Temporal.Instant | undefined;
  for (const { end, ...stretch } of ends) {
    const until = earlier(end, startsAt);
    if (from && Temporal.Instant.compare(until, from) <= 0) continue;
    stretches.push({ from, until, ...stretch });
    from = until;
  }
  return [...stretches, { from, until: undefined, tier: 'no_show', penalty: penaltyOf(noShow, item) }];
}

/** The index of the stretch that a moment is in: it still holds an instant before it ends, and no more when it ends. */
export const stretchAt = (timeline: readonly Stretch[], at: Temporal.Instant): number =>
  timeline.findIndex(({ until }) => !until || Temporal.Instant.compare(at, until) < 0);

const earlier = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(one, other) <= 0 ? one : other;

/**
 * A time that the clock of that day shows twice is the second one, and one that it leaps over comes as much later: as
 * long as some clock shows an earlier time, the tier holds.
 */
function endOf(end: TierEnd, { startsAt, zone }: RefundItem): Temporal.Instant {
  if ('minutesBefore' in end) return startsAt.subtract({ minutes: end.minutesBefore });
  const day = startsAt.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: end.daysBefore });
  return instantAtClock(day.toPlainDateTime(end.clock), zone);
}

/** Rounded, then raised to the minimum, lowered to the maximum, and at last to the price. */
function penaltyOf(
  { measure, minimum = 0, maximum = Infinity, rounding = 1 }: Charge,
  { price, nights }: RefundItem,
): number {
  const rounded = measuredOf(measure, price, nights, rounding);
  return Math.min(Math.max(rounded, minimum), maximum, price);
}

function measuredOf(measure: Measure, price: number, nights: number, step: number): number {
  if ('percent' in measure) return roundedShare(price, measure.percent, 100, step);
  if ('amount' in measure) return roundedShare(measure.amount, 1, 1, step);
  const stay = Math.max(nights, 1);
  return roundedShare(price, Math.min(measure.nights, stay), stay, step);
}

/**
 * `amount × part ÷ whole` to the nearest multiple of `step`; half of one is rounded up. Products outgrow what a float
 * holds exactly.
 */
function roundedShare(amount: number, part: number, whole: number, step: number): number {
  const [dividend, divisor] = [2n * BigInt(amount) * BigInt(part), 2n * BigInt(whole) * BigInt(step)];
  return Number(((dividend + divisor / 2n) / divisor) * BigInt(step));
}
