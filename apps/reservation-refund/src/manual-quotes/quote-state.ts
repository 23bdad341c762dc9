import type { QuoteState } from '@refundry/contracts';

/**
 * From which state a manual quote may go to which. One that was used stays so, whatever becomes of its refund: what was
 * promised was promised once.
 */
const next: Readonly<Record<QuoteState, readonly QuoteState[]>> = {
  requested: ['question', 'quoted', 'declined', 'withdrawn'],
  question: ['requested', 'declined', 'withdrawn'],
  quoted: ['quoted', 'used', 'expired', 'withdrawn'],
  declined: [],
  used: [],
  expired: [],
  withdrawn: [],
};

/** The states that a quote may go to from where it is. */
export const quoteMovesFrom = (from: QuoteState): readonly QuoteState[] => next[from];

/** The states from which it may go anywhere: of the same passengers one at a time is in such a state. */
export const openQuoteStates = ['requested', 'question', 'quoted'] as const satisfies readonly QuoteState[];

/** SQL of whether a quote is open. @param quote the alias of its row */
export const isOpenQuote = (quote: string): string =>
  `${quote}.status in (${openQuoteStates.map((state) => `'${state}'`).join(', ')})`;
