import type { FoundQuote } from '../manual-quotes/found-quote.js';

/** An answered quote of which a scenario says only what it is about. */
export const quoted = (others: Partial<FoundQuote>): FoundQuote => ({
  id: 1,
  domain: 'shop.example',
  status: 'quoted',
  passengers: [1],
  price: 10_000_000,
  penalty: 1_000_000,
  valid_until: '2099-01-01T00:00:00Z',
  ...others,
});
