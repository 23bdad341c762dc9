import { describe, expect, it } from '@jest/globals';
import { quoteStates } from '@refundry/contracts';
import { openQuoteStates, quoteMovesFrom } from './quote-state.js';

describe('the states of manual quotes', () => {
  it('are open as long as there is a way on', () => {
    expect(quoteStates.filter((state) => quoteMovesFrom(state).length > 0)).toEqual(openQuoteStates);
  });

  it('are all reached from a request', () => {
    const reached = new Set(['requested']);
    for (const state of reached) for (const next of quoteMovesFrom(state as 'requested')) reached.add(next);
    expect([...reached].toSorted()).toEqual(quoteStates.toSorted());
  });
});
