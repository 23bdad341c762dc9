import type { RefundTier } from '@refundry/contracts';
import type { Charge, Measure, RefundTerms, TierEnd } from '../quotes/penalty.js';

/** Converts checked rules to the input of the calculation. */
export function termsOf({
  grace_minutes: graceMinutes = 0,
  tiers,
}: {
  readonly grace_minutes?: number;
  readonly tiers: readonly RefundTier[];
}): RefundTerms {
  const noShow = tiers.find((tier) => tier.no_show);
  return {
    graceMinutes,
    tiers: tiers.filter((tier) => !tier.no_show).map((tier) => ({ end: endOf(tier), charge: chargeOf(tier) })),
    noShow: noShow && chargeOf(noShow),
  };
}

/** The end of a tier that ends at or before the start. */
export function endOf({ minutes_before: minutesBefore, days_before: daysBefore, clock }: RefundTier): TierEnd {
  if (typeof minutesBefore === 'number') return { minutesBefore };
  if (typeof daysBefore === 'number' && typeof clock === 'string') return { daysBefore, clock };
  throw new Error('a tier was kept that has no end');
}

const chargeOf = (tier: RefundTier): Charge => ({
  measure: measureOf(tier),
  minimum: tier.minimum ?? undefined,
  maximum: tier.maximum ?? undefined,
  rounding: tier.rounding ?? undefined,
});

function measureOf({ percent, amount, nights }: RefundTier): Measure {
  if (typeof percent === 'number') return { percent };
  if (typeof amount === 'number') return { amount };
  if (typeof nights === 'number') return { nights };
  throw new Error('a tier was kept that costs nothing said');
}
