import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FairScheduler } from './fair-scheduler.js';
import { noteShortWork } from './short-work.js';

const [one, other, third] = [{}, {}, {}];
let scheduler: FairScheduler;
let begun: object[];

beforeEach(() => {
  scheduler = new FairScheduler();
  begun = [];
});

afterEach(() => {
  jest.useRealTimers();
});

const take = async (stream: object): Promise<void> => {
  await scheduler.acquire(stream);
  begun.push(stream);
};

describe('streams that send at once', () => {
  it('wait for the one whose turn it is, in the order in which they came', async () => {
    await take(one);
    const waiting = [take(other), take(third)];
    await take(one);
    expect(begun).toEqual([one, one]);
    scheduler.release(one);
    scheduler.release(other);
    await Promise.all(waiting);
    expect(begun.slice(2)).toEqual([other, third]);
  });

  it('do not wait for one that takes its time', async () => {
    await take(one);
    await take(other);
    await take(one);
    expect(begun).toEqual([one, other, one]);
  });

  it('do not wait for one that has left', async () => {
    await take(one);
    scheduler.release(one);
    await take(other);
    scheduler.release(one);
    expect(begun).toEqual([one, other]);
  });

  it('pause together after each turn beside short work', async () => {
    jest.useFakeTimers();
    noteShortWork();
    await take(one);
    void take(other);
    await jest.advanceTimersByTimeAsync(2);
    void take(one);
    expect(begun).toEqual([one]);
    await jest.advanceTimersByTimeAsync(10);
    expect(begun).toEqual([one, other]);
  });

  it('pause beside short work also when each gives its turn back early', async () => {
    jest.useFakeTimers();
    noteShortWork();
    await take(one);
    scheduler.release(one);
    await take(other);
    scheduler.release(other);
    await jest.advanceTimersByTimeAsync(2);
    void take(one);
    expect(begun).toEqual([one, other]);
    await jest.advanceTimersByTimeAsync(10);
    expect(begun).toEqual([one, other, one]);
  });
});
