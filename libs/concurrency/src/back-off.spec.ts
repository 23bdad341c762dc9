import { expect, it } from '@jest/globals';
import { BackOff } from './index.js';

it('doubles the pause from the shortest to the longest, and begins again after a success', () => {
  const backOff = new BackOff({ minMs: 250, maxMs: 1500 });
  expect([1, 2, 3, 4, 5].map(() => backOff.next())).toEqual([250, 500, 1000, 1500, 1500]);
  backOff.reset();
  expect(backOff.next()).toBe(250);
});
