import { recordDecision, type DecidedBy } from '@refundry/audit';
import { quoteDecisions, type AnsweredManualQuote } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import type { ManualQuoteRow } from './manual-quote.entity.js';

interface QuoteDecision {
  readonly action: keyof typeof quoteDecisions;
  readonly before?: ManualQuoteRow;
  readonly after: RecordedQuote;
  /** The refund that uses it. */
  readonly refund?: number | undefined;
}

export type RecordedQuote = Pick<
  ManualQuoteRow,
  | 'id'
  | 'reservation'
  | 'passengers'
  | 'domain'
  | 'category'
  | 'status'
  | 'price'
  | 'penalty'
  | 'respondBy'
  | 'validUntil'
  | 'note'
  | 'answerNote'
  | 'internalNote'
>;

/** Records a decision on a manual quote with all that it was before, a former answer too. */
export const recordQuoteDecision = (
  transaction: EntityManager,
  by: DecidedBy,
  { action, before, after, refund }: QuoteDecision,
): Promise<void> =>
  recordDecision(transaction, by, {
    action: quoteDecisions[action],
    subject: after.id,
    ...(before && { before: recorded(before) }),
    after: { ...recorded(after), ...(refund !== undefined && { refund_id: refund }) },
  });

const recorded = (quote: RecordedQuote): Partial<AnsweredManualQuote> => ({
  reserve_id: quote.reservation,
  passenger_ids: quote.passengers,
  domain: quote.domain,
  category: quote.category,
  status: quote.status,
  price: quote.price,
  penalty: quote.penalty,
  respond_by: quote.respondBy,
  valid_until: quote.validUntil,
  note: quote.note,
  answer_note: quote.answerNote,
  internal_note: quote.internalNote,
});
