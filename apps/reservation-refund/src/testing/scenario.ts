import { Temporal } from 'temporal-polyfill';
import {
  penaltyTimeline,
  stretchAt,
  type Charge,
  type RefundItem,
  type RefundTerms,
  type Tier,
} from '../quotes/penalty.js';

export const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

/** Terms of which a scenario says only what it is about. */
export const terms = (tiers: readonly Tier[], others: Partial<RefundTerms> = {}): RefundTerms => ({
  graceMinutes: 0,
  tiers,
  ...others,
});

/** An item of which a scenario says only what it is about. */
export const item = (others: Partial<RefundItem> & Pick<RefundItem, 'startsAt'>): RefundItem => ({
  price: 10_000_000,
  nights: 0,
  issuedAt: instant('2020-01-01T00:00:00Z'),
  zone: 'Asia/Tehran',
  ...others,
});

export const percent = (percentage: number, bounds: Omit<Charge, 'measure'> = {}): Charge => ({
  measure: { percent: percentage },
  ...bounds,
});

export const untilClock = (daysBefore: number, clock: string, charge: Charge): Tier => ({
  end: { daysBefore, clock },
  charge,
});

export const untilMinutes = (minutesBefore: number, charge: Charge): Tier => ({ end: { minutesBefore }, charge });

export function penaltyAt(rules: RefundTerms, given: RefundItem, at: Temporal.Instant): number | undefined {
  const timeline = penaltyTimeline(rules, given);
  return timeline[stretchAt(timeline, at)]?.penalty;
}

/** The penalties one second before a boundary, at it, and one second after it. */
export const aroundBoundary = (rules: RefundTerms, given: RefundItem, boundary: string): (number | undefined)[] =>
  [-1, 0, 1].map((seconds) => penaltyAt(rules, given, instant(boundary).add({ seconds })));

/** The accepted forms of a price. */
export const penaltyOf = (charge: Charge, price: number, nights = 0): number | undefined => {
  const startsAt = instant('2027-03-10T15:00:00Z');
  return penaltyAt(
    terms([untilMinutes(0, charge)]),
    item({ startsAt, price, nights }),
    startsAt.subtract({ hours: 1 }),
  );
};
