import type { openQuoteStates } from './quote-state.js';

/** An open manual quote of some of the passengers. */
export interface FoundQuote {
  readonly id: number;
  /** The site that it is for. */
  readonly domain: string;
  readonly status: (typeof openQuoteStates)[number];
  /** Places among the passengers, in their order. */
  readonly passengers: readonly number[];
  readonly price: number;
  readonly penalty: number | null;
  readonly valid_until: string | null;
}
