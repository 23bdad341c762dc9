import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { entriesHeldBy } from '@refundry/testing';
import { StatementQueue } from './statement-queue.js';

const [ours, theirs, others] = [1, 2, 3];
let queue: StatementQueue;
let begun: string[];
let ends: Map<string, () => void>;

beforeEach(() => {
  jest.useFakeTimers();
  begun = [];
  ends = new Map();
  queue = new StatementQueue({ max: 3, maxPerAccount: 2, maxWaiting: 4, maxWaitMs: 1000 });
});

afterEach(() => {
  jest.useRealTimers();
});

const run = (account: number, name: string): Promise<void> =>
  queue.run(account, async () => {
    begun.push(name);
    await new Promise<void>((end) => {
      ends.set(name, end);
    });
  });

async function end(name: string): Promise<void> {
  ends.get(name)?.();
  await jest.advanceTimersByTimeAsync(0);
}

describe('the queue of statements', () => {
  it('runs as many of an account as it may, and keeps places for others', async () => {
    const all = [run(ours, 'a'), run(ours, 'b'), run(ours, 'c'), run(theirs, 'd')];
    expect(begun).toEqual(['a', 'b', 'd']);
    for (const name of ['a', 'b', 'c', 'd']) await end(name);
    await Promise.all(all);
    expect(begun).toEqual(['a', 'b', 'd', 'c']);
  });

  it('gives a free place to the account that has fewest, though others waited before it', async () => {
    const all = [run(ours, 'a'), run(ours, 'b'), run(theirs, 'c'), run(ours, 'd'), run(theirs, 'e'), run(others, 'f')];
    await end('b');
    expect(begun.at(-1)).toBe('f');
    await end('c');
    expect(begun.at(-1)).toBe('e');
    for (const name of ['a', 'e', 'f', 'd']) await end(name);
    await Promise.all(all);
  });

  it('refuses what comes when too many wait', async () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => run(ours, name));
    await expect(run(ours, 'g')).rejects.toMatchObject({ code: 'overloaded' });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await end(name);
    await Promise.all(all);
  });

  it('refuses what has waited for too long, and never runs it', async () => {
    const all = [run(ours, 'a'), run(ours, 'b')];
    const refused = expect(run(ours, 'late')).rejects.toMatchObject({ code: 'overloaded' });
    await jest.advanceTimersByTimeAsync(1000);
    await refused;
    for (const name of ['a', 'b']) await end(name);
    await Promise.all(all);
    expect(begun).toEqual(['a', 'b']);
  });

  it('remembers no account whose statements have ended, failed, or waited for too long', async () => {
    const wide = new StatementQueue({ max: 300, maxPerAccount: 1, maxWaiting: 300, maxWaitMs: 1000 });
    const complete = Promise.withResolvers<void>();
    const accounts = Array.from({ length: 300 }, (_, account) => account);
    const all = accounts.flatMap((account) => [
      wide.run(account, () =>
        complete.promise.then(() => {
          if (account % 2 === 0) throw new Error('no');
        }),
      ),
      wide.run(account, () => Promise.resolve()),
    ]);
    const settled = Promise.allSettled(all);
    expect(entriesHeldBy(wide)).toBe(2 * accounts.length);
    await jest.advanceTimersByTimeAsync(1000);
    expect(entriesHeldBy(wide)).toBe(accounts.length);
    complete.resolve();
    await settled;
    expect(entriesHeldBy(wide)).toBe(0);
  });

  it('goes on behind work that fails', async () => {
    await expect(queue.run(ours, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(queue.run(ours, () => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
