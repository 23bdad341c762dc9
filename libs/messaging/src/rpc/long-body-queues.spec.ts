import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { mebibyte } from '@refundry/concurrency';
import { LongBodyQueues } from './long-body-queues.js';

describe('the queues of long bodies', () => {
  it.each([
    [16 * mebibyte, 1],
    [mebibyte, 4],
  ])('let accounts have their turn before what another sent earlier: %i bytes', async (length, atOnce) => {
    const queues = new LongBodyQueues();
    const [begun, ends]: [number[], (() => void)[]] = [[], []];
    const work = (account: number): Promise<void> =>
      queues.run(
        account,
        length,
        () =>
          new Promise((end) => {
            begun.push(account);
            ends.push(end);
          }),
      );
    const works = [1, 1, 1, 1, 1, 1, 2, 3].map(work);
    for (let ended = 0; ended < works.length; ended += 1) {
      await nextTurn();
      expect(begun.length - ended).toBeLessThanOrEqual(atOnce);
      ends.shift()?.();
    }
    await Promise.all(works);
    expect(begun.slice(0, 4).toSorted()).toEqual([1, 1, 2, 3]);
  });

  it('let short ones pass', async () => {
    const queues = new LongBodyQueues();
    void queues.run(1, 16 * mebibyte, () => new Promise(() => undefined));
    await expect(queues.run(1, 64 * 1024, () => Promise.resolve('passed'))).resolves.toBe('passed');
  });
});
