import { expect, it } from '@jest/globals';
import { quoteAt } from '../../quotes/quote.js';
import { selectionOf } from '../../quotes/selection.js';
import { priced } from '../../testing/partial-refunds.js';
import { quoted } from '../../testing/manual-quotes.js';

/*
 * E11. An answer that is valid until 12:00:00.000Z holds for what the gateway received at 11:59:59.999, and no more for
 * what it received at 12:00:00.000.
 */
const reservation = {
  ...priced({ price: 10_000_000, passengers: 1 }),
  quotes: [quoted({ valid_until: '2026-12-06T12:00:00Z' })],
};

it.each([
  ['2026-12-06T11:59:59.999Z', 1_000_000],
  ['2026-12-06T12:00:00.000Z', undefined],
  ['2026-12-06T12:00:00.001Z', undefined],
])('has for what was received at %s the penalty %p', (at, penalty) => {
  expect(quoteAt(reservation, selectionOf(reservation), Date.parse(at)).applied?.penalty).toBe(penalty);
});
