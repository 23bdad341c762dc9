import type { DryRun, DryRunReservation, PenaltyTimeline } from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { formatTimestamp } from '@refundry/resource';
import { penaltyTimeline } from '../quotes/penalty.js';
import { answeredStretch } from '../quotes/answered-quote.js';
import { refundItem } from '../quotes/refund-item.js';
import { withInstants } from '../reservations/time-zone.js';
import { checkRules } from './check-rules.js';
import { termsOf } from './refund-terms.js';

/** Quotes a reservation under rules that needn't be stored. @throws Failure `invalid` */
export function dryRun({ rules, reservation }: DryRun): PenaltyTimeline {
  checkRules(rules);
  const { price, zone, nights = null, issued_at: issuedAt, starts_at: startsAt } = resolved(reservation);
  const item = refundItem({
    price,
    zone,
    nights,
    issued_at: formatTimestamp(issuedAt),
    starts_at: formatTimestamp(startsAt),
  });
  return { timeline: penaltyTimeline(termsOf(rules), item).map((stretch) => answeredStretch(stretch, price)) };
}

/** The errors of the reservation stand below its name. */
function resolved(reservation: DryRunReservation): DryRunReservation {
  try {
    return withInstants(reservation);
  } catch (error) {
    throw error instanceof Failure && error.fields ? invalid({ reservation: error.fields }) : error;
  }
}
