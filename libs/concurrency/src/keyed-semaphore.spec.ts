import { describe, expect, it, jest } from '@jest/globals';
import { KeyedSemaphore } from './keyed-semaphore.js';

const [ours, theirs] = [1, 2];

const keysHeldBy = (holder: object): number | undefined =>
  Object.values(holder).find((part): part is Map<unknown, unknown> => part instanceof Map)?.size;

/** Work that goes on until it is told to end, and what has begun so far. */
class Works {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly semaphores: KeyedSemaphore) {}

  start(account: number, name: string): Promise<string> {
    return this.semaphores.run(account, async () => {
      this.begun.push(name);
      await new Promise<void>((end) => {
        this.ends.set(name, end);
      });
      return name;
    });
  }

  end(name: string): void {
    this.ends.get(name)?.();
  }
}

describe('the line of an account', () => {
  it('lets it do so much at once, in the order it was asked, and keeps nobody else waiting', async () => {
    const works = new Works(new KeyedSemaphore({ max: 2 }));
    const all = ['a', 'b', 'c', 'd'].map((name) => works.start(ours, name));
    const other = works.start(theirs, 'theirs');
    expect(works.begun).toEqual(['a', 'b', 'theirs']);
    works.end('b');
    await all[1];
    works.end('a');
    await all[0];
    await Promise.resolve();
    expect(works.begun).toEqual(['a', 'b', 'theirs', 'c', 'd']);
    for (const name of ['c', 'd', 'theirs']) works.end(name);
    await expect(Promise.all([...all, other])).resolves.toEqual(['a', 'b', 'c', 'd', 'theirs']);
  });

  it('goes on behind work that fails', async () => {
    const semaphores = new KeyedSemaphore({ max: 1 });
    const failing = semaphores.run(ours, () => Promise.reject(new Error('no')));
    const behind = semaphores.run(ours, () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(behind).resolves.toBe('yes');
    await expect(semaphores.run(ours, () => Promise.resolve('again'))).resolves.toBe('again');
  });

  it('is forgotten when all its work is done, also what failed or outlasted its line', async () => {
    jest.useFakeTimers();
    const semaphores = new KeyedSemaphore({ max: 1, maxHoldMs: 100 });
    const end = Promise.withResolvers<void>();
    const accounts = Array.from({ length: 300 }, (_, account) => account);
    const all = accounts.flatMap((account) => [
      semaphores.run(account, () => end.promise),
      semaphores.run(account, () => Promise.reject(new Error('no'))),
      semaphores.run(account, () => Promise.resolve()),
    ]);
    const settled = Promise.allSettled(all);
    expect(keysHeldBy(semaphores)).toBe(accounts.length);
    await jest.advanceTimersByTimeAsync(100);
    end.resolve();
    await settled;
    expect(keysHeldBy(semaphores)).toBe(0);
    jest.useRealTimers();
  });

  it('goes on beside work that takes long', async () => {
    jest.useFakeTimers();
    const works = new Works(new KeyedSemaphore({ max: 1, maxHoldMs: 100 }));
    const all = ['long', 'next', 'last'].map((name) => works.start(ours, name));
    await jest.advanceTimersByTimeAsync(99);
    expect(works.begun).toEqual(['long']);
    await jest.advanceTimersByTimeAsync(1);
    expect(works.begun).toEqual(['long', 'next']);
    works.end('long');
    await all[0];
    expect(works.begun).toEqual(['long', 'next']);
    works.end('next');
    await all[1];
    await Promise.resolve();
    works.end('last');
    await expect(Promise.all(all)).resolves.toEqual(['long', 'next', 'last']);
    jest.useRealTimers();
  });
});
