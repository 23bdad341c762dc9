import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { mapInSlices } from './time-slice.js';

const aWholeSlice = (): void => {
  const end = performance.now() + 6;
  while (performance.now() < end);
};

describe('long work in slices', () => {
  it('works for one slice in each turn of the event loop, however much long work there is', async () => {
    let slices = 0;
    const works = Array.from({ length: 6 }, () =>
      mapInSlices([1, 2, 3], () => {
        slices += 1;
        aWholeSlice();
      }),
    );
    const slicesOfTurns: number[] = [];
    while (slices < 18) {
      const before = slices;
      await nextTurn();
      slicesOfTurns.push(slices - before);
    }
    await Promise.all(works);
    expect(Math.max(...slicesOfTurns)).toBe(1);
  });

  it('lets works take their slices in turns', async () => {
    const order: string[] = [];
    const work = (name: string): Promise<number[]> =>
      mapInSlices([1, 2, 3], (item) => {
        order.push(`${name}${item}`);
        aWholeSlice();
        return item;
      });
    expect(await Promise.all([work('a'), work('b')])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });
});
