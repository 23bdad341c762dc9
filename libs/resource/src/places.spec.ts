import { describe, expect, it } from '@jest/globals';
import { entriesHeldBy } from '@refundry/testing';
import { Places } from './places.js';

const [ours, theirs] = [1, 2];

describe('places', () => {
  it('are refused to all when all are taken, and are there again when one is given back', () => {
    const places = new Places({ inAll: 2, each: 2 });
    const giveBack = places.take(ours);
    places.take(theirs);
    for (const owner of [ours, theirs, 3, undefined]) expect(() => places.take(owner)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    giveBack();
    places.take(3);
  });

  it('are refused to an owner who has a full share, and to nobody else', () => {
    const places = new Places({ inAll: 10, each: 2 });
    const giveBack = [places.take(ours), places.take(ours)];
    expect(() => places.take(ours)).toThrow(expect.objectContaining({ code: 'busy_account', status: 429, text: 'Request was throttled. Expected available in 1 seconds.' }));
    places.take(theirs);
    giveBack[0]?.();
    places.take(ours);
  });

  it('have no share for what belongs to nobody', () => {
    const places = new Places({ inAll: 3, each: 1 });
    for (let taken = 0; taken < 3; taken += 1) places.take();
    expect(() => places.take()).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });

  it('may be taken many at once, all or none', () => {
    const places = new Places({ inAll: 10, each: 6 });
    const giveBack = places.take(ours, 4);
    expect(() => places.take(ours, 3)).toThrow(expect.objectContaining({ code: 'busy_account' }));
    expect(() => places.take(theirs, 7)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    places.take(theirs, 6);
    giveBack();
    places.take(ours, 4);
  });

  it('are remembered of nobody who has given back all', () => {
    const places = new Places({ inAll: Infinity, each: 3 });
    const releases = Array.from({ length: 3000 }, (_, index) => places.take(index % 1000));
    for (let owner = 0; owner < 1000; owner += 1) expect(() => places.take(owner)).toThrow(expect.objectContaining({ code: 'busy_account' }));
    expect(() => places.take('somebody else', 4)).toThrow(expect.objectContaining({ code: 'busy_account' }));
    expect(entriesHeldBy(places)).toBe(1000);
    for (const release of releases) release();
    expect(entriesHeldBy(places)).toBe(0);
  });

  it('are given back once, however often that is said', () => {
    const places = new Places({ inAll: 2, each: 2 });
    const giveBack = places.take(ours);
    places.take(ours);
    giveBack();
    giveBack();
    places.take(theirs);
    expect(() => places.take(theirs)).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });
});
