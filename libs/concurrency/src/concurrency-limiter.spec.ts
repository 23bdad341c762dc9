import { describe, expect, it } from '@jest/globals';
import { ConcurrencyLimiter } from './concurrency-limiter.js';

const [ours, theirs] = [1, 2];

const keysHeldBy = (holder: object): number | undefined =>
  Object.values(holder).find((part): part is Map<unknown, unknown> => part instanceof Map)?.size;

describe('places', () => {
  it('are refused to all when all are taken, and are there again when one is given back', () => {
    const limiter = new ConcurrencyLimiter({ max: 2, maxPerKey: 2 });
    const release = limiter.acquire(ours);
    limiter.acquire(theirs);
    for (const owner of [ours, theirs, 3, undefined])
      expect(() => limiter.acquire(owner)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    release();
    limiter.acquire(3);
  });

  it('are refused to an owner who has a full share, and to nobody else', () => {
    const limiter = new ConcurrencyLimiter({ max: 10, maxPerKey: 2 });
    const release = [limiter.acquire(ours), limiter.acquire(ours)];
    expect(() => limiter.acquire(ours)).toThrow(
      expect.objectContaining({
        code: 'busy_account',
        status: 429,
        text: 'Request was throttled. Expected available in 1 seconds.',
      }),
    );
    limiter.acquire(theirs);
    release[0]?.();
    limiter.acquire(ours);
  });

  it('have no share for what belongs to nobody', () => {
    const limiter = new ConcurrencyLimiter({ max: 3, maxPerKey: 1 });
    for (let taken = 0; taken < 3; taken += 1) limiter.acquire();
    expect(() => limiter.acquire()).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });

  it('may be taken many at once, all or none', () => {
    const limiter = new ConcurrencyLimiter({ max: 10, maxPerKey: 6 });
    const release = limiter.acquire(ours, 4);
    expect(() => limiter.acquire(ours, 3)).toThrow(expect.objectContaining({ code: 'busy_account' }));
    expect(() => limiter.acquire(theirs, 7)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    limiter.acquire(theirs, 6);
    release();
    limiter.acquire(ours, 4);
  });

  it('are remembered of nobody who has given back all', () => {
    const limiter = new ConcurrencyLimiter({ max: Infinity, maxPerKey: 3 });
    const releases = Array.from({ length: 3000 }, (_, index) => limiter.acquire(index % 1000));
    for (let owner = 0; owner < 1000; owner += 1)
      expect(() => limiter.acquire(owner)).toThrow(expect.objectContaining({ code: 'busy_account' }));
    expect(() => limiter.acquire('somebody else', 4)).toThrow(expect.objectContaining({ code: 'busy_account' }));
    expect(keysHeldBy(limiter)).toBe(1000);
    for (const release of releases) release();
    expect(keysHeldBy(limiter)).toBe(0);
  });

  it('are given back once, however often that is said', () => {
    const limiter = new ConcurrencyLimiter({ max: 2, maxPerKey: 2 });
    const release = limiter.acquire(ours);
    limiter.acquire(ours);
    release();
    release();
    limiter.acquire(theirs);
    expect(() => limiter.acquire(theirs)).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });
});
