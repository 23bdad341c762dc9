import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RateLimitedQueue } from './rate-limited-queue.js';

let taken: number[];
let queue: RateLimitedQueue<number>;

beforeEach(() => {
  jest.useFakeTimers();
  taken = [];
  queue = new RateLimitedQueue<number>({
    batchSize: 2,
    intervalMs: 10,
    process: (item) => {
      taken.push(item);
    },
  });
});

afterEach(() => {
  jest.useRealTimers();
});

const add = (...items: number[]): void => {
  for (const item of items) queue.add(item);
};

describe('a paced queue', () => {
  it('takes what a turn has room for at once, and the rest in later turns, in its order', () => {
    add(1, 2, 3, 4, 5);
    expect([taken, queue.size]).toEqual([[1, 2], 3]);
    jest.advanceTimersByTime(10);
    expect(taken).toEqual([1, 2, 3, 4]);
    add(6);
    jest.advanceTimersByTime(10);
    expect([taken, queue.size]).toEqual([[1, 2, 3, 4, 5, 6], 0]);
  });

  it('gives away the first that waits, which is then not taken', () => {
    add(1, 2, 3, 4);
    expect(queue.shift()).toBe(3);
    jest.advanceTimersByTime(10);
    expect([taken, queue.shift()]).toEqual([[1, 2, 4], undefined]);
  });

  it('keeps nobody awake that has nothing to take, and begins again', () => {
    add(1, 2, 3);
    jest.advanceTimersByTime(30);
    expect(jest.getTimerCount()).toBe(0);
    add(4, 5, 6);
    expect(taken).toEqual([1, 2, 3, 4, 5]);
    jest.advanceTimersByTime(10);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
