import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { noteShortWork } from './short-work.js';
import { mapInSlices } from './time-slice.js';

const aWholeSlice = (): void => {
  const end = performance.now() + 6;
  while (performance.now() < end);
};

afterEach(() => {
  jest.useRealTimers();
});

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

  it('pauses after each slice while there is short work, and no longer', async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    let slices = 0;
    const works = ['one', 'other'].map(() =>
      mapInSlices([1, 2, 3], () => {
        slices += 1;
        noteShortWork();
        aWholeSlice();
      }),
    );
    const idleTurns = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn++) await nextTurn();
    };
    // Both begin at once; each has two slices more, and a pause before each.
    for (const seen of [2, 3, 4, 5, 6]) {
      await idleTurns();
      expect(slices).toBe(seen);
      await jest.advanceTimersByTimeAsync(6);
    }
    await Promise.all(works);
  });
});
