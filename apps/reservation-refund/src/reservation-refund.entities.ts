import { ManualQuoteRow } from './manual-quotes/manual-quote.entity.js';
import { RefundRow } from './refunds/refund.entity.js';
import { ReservationRow } from './reservations/reservation.entity.js';
import { RefundRulesRow } from './rules/refund-rules.entity.js';
import { RulesDraftRow } from './rules/rules-draft.entity.js';
import { RulesImpactRow } from './rules/rules-impact.entity.js';
import { WaiverCodeRow } from './waivers/waiver-code.entity.js';
import { WaiverRow } from './waivers/waiver.entity.js';

/** The tables that are read and written row by row (docs/adr/0055). */
export const reservationRefundEntities = [
  ManualQuoteRow,
  RefundRow,
  RefundRulesRow,
  ReservationRow,
  RulesDraftRow,
  RulesImpactRow,
  WaiverCodeRow,
  WaiverRow,
];
