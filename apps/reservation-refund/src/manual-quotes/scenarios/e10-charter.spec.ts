import { expect, it } from '@jest/globals';
import { answeredQuote } from '../../quotes/answered-quote.js';
import { quoteAt } from '../../quotes/quote.js';
import { selectionOf } from '../../quotes/selection.js';
import { priced } from '../../testing/partial-refunds.js';
import { quoted } from '../../testing/manual-quotes.js';
import { answeredPenalty } from '../quote-answer.js';

/*
 * E10. A charter for 12,500,000, which no rule prices. An operator says 45 %: 12,500,000 × 45 ÷ 100 = 5,625,000; back
 * come 6,875,000.
 */
const at = Date.parse('2026-12-03T09:00:00Z');
const charter = priced({ price: 12_500_000, passengers: 1 });
const { penalty, validUntil } = answeredPenalty({ percent: 45, valid_minutes: 60 }, 12_500_000, at);

it('is not refundable before it is answered', () => {
  expect(JSON.stringify(answeredQuote(quoteAt(charter, selectionOf(charter), at)))).toBe(
    '{"refundable":false,"reserve_id":10011,"diffrance":0,"price":12500000}',
  );
});

it('costs 45 percent afterwards, in the five keys of the document', () => {
  const answered = { ...charter, quotes: [quoted({ price: 12_500_000, penalty, valid_until: validUntil })] };
  expect(JSON.stringify(answeredQuote(quoteAt(answered, selectionOf(answered), at)))).toBe(
    '{"refundable":true,"reserve_id":10011,"diffrance":6875000,"price":12500000,"penalty":5625000}',
  );
});
