import { Temporal } from 'temporal-polyfill';
import type { Selection } from '../quotes/selection.js';
import type { FoundQuote } from './found-quote.js';

/** An answer of an operator that holds. */
export interface Promised {
  readonly id: number;
  readonly penalty: number;
  readonly validUntil: Temporal.Instant;
}

type Selected = Pick<Selection, 'passengers' | 'price'>;

/** The open quote of exactly these passengers, whether it holds or not. */
export const openQuoteOf = ({ passengers }: Selected, quotes: readonly FoundQuote[] | null): FoundQuote | undefined =>
  quotes?.find(
    (quote) =>
      quote.passengers.length === passengers.length &&
      quote.passengers.every((passenger, index) => passenger === passengers[index]),
  );

/**
 * The answer to exactly these passengers that holds at a moment: an instant before its end it does, and no more when it
 * ends. It was given for their price, and another price ends it (docs/adr/0066).
 */
export function promiseTo(
  selection: Selected,
  quotes: readonly FoundQuote[] | null,
  at: Temporal.Instant,
): Promised | undefined {
  const quote = openQuoteOf(selection, quotes);
  if (quote?.status !== 'quoted' || quote.price !== selection.price) return undefined;
  const { id, penalty, valid_until: until } = quote;
  if (penalty === null || until === null) throw new Error(`quote ${id} has no answer`);
  const validUntil = Temporal.Instant.from(until);
  return Temporal.Instant.compare(at, validUntil) < 0 ? { id, penalty, validUntil } : undefined;
}
