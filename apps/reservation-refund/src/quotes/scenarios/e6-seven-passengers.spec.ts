import { expect, it } from '@jest/globals';
import { comesBack, penalties, priced, total } from '../../testing/partial-refunds.js';

/*
 * E6. 1,000,000 for 7 passengers are 142,858 once and 142,857 six times. A penalty of 333,333 is 7 × 47,619; back come
 * 95,239 and six times 95,238, together 666,667.
 */
const reservation = priced({ price: 1_000_000, passengers: 7 });

it('splits what can not be split evenly', () => {
  expect(penalties(reservation, 333_333)).toEqual(Array(7).fill(47_619));
  expect(comesBack(reservation, 333_333)).toEqual([95_239, ...(Array(6).fill(95_238) as number[])]);
  expect(total(comesBack(reservation, 333_333))).toBe(666_667);
});
