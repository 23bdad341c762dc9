import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Batches } from './index.js';

/** Work that is ended by the test, batch by batch. */
class HeldWork {
  readonly begun: [account: number, items: readonly number[]][] = [];
  private readonly ends: PromiseWithResolvers<undefined>[] = [];
  readonly batches = new Batches<number>({
    max: 3,
    work: (account, items) => {
      this.begun.push([account, items]);
      const end = Promise.withResolvers<undefined>();
      this.ends.push(end);
      return end.promise;
    },
  });

  end(batch: number): void {
    this.ends[batch]?.resolve(undefined);
  }

  fail(batch: number, error: Error): void {
    this.ends[batch]?.reject(error);
  }
}

describe('batches', () => {
  it('hold what came while an account’s batch was worked on, as many as they may', async () => {
    const work = new HeldWork();
    const added = [1, 2, 3, 4, 5].map((item) => work.batches.add(7, item));
    expect(work.begun).toEqual([[7, [1]]]);
    work.end(0);
    await added[0];
    await nextTurn();
    expect(work.begun.slice(1)).toEqual([[7, [2, 3, 4]]]);
    work.end(1);
    await Promise.all(added.slice(1, 4));
    await nextTurn();
    expect(work.begun.slice(2)).toEqual([[7, [5]]]);
    work.end(2);
    await added[4];
  });

  it('of one account wait for those of no other', async () => {
    const work = new HeldWork();
    void work.batches.add(7, 1);
    const other = work.batches.add(8, 2);
    expect(work.begun).toEqual([
      [7, [1]],
      [8, [2]],
    ]);
    work.end(1);
    await other;
  });

  it('that fail say so to each of their items, and the next goes on', async () => {
    const work = new HeldWork();
    const [alone, one, other] = [1, 2, 3].map((item) => work.batches.add(7, item));
    work.end(0);
    await alone;
    await nextTurn();
    work.fail(1, new Error('deadlock'));
    await expect(one).rejects.toThrow('deadlock');
    await expect(other).rejects.toThrow('deadlock');
    const next = work.batches.add(7, 4);
    work.end(2);
    await next;
    expect(work.begun.at(-1)).toEqual([7, [4]]);
  });
});
