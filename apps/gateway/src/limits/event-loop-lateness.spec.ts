import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventLoopLateness } from './event-loop-lateness.js';

let now: number;
let lateness: EventLoopLateness;

beforeEach(() => {
  now = 0;
  jest.useFakeTimers({ doNotFake: ['performance'] });
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  lateness = new EventLoopLateness();
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A turn of the event loop that ends so many milliseconds after what was due. */
function turn(lateMs: number): void {
  now += 50 + lateMs;
  jest.advanceTimersByTime(50);
}

describe('an event loop', () => {
  it('has too much to do when it is late again and again, and until it is not', () => {
    for (const isLasting of [false, false, false, true, true]) {
      turn(250);
      expect(lateness.isLasting).toBe(isLasting);
    }
    turn(20);
    expect(lateness.isLasting).toBe(false);
  });

  it('has not when one turn was very long, nor when all are a little late', () => {
    for (const lateMs of [5000, 0, 5000, 100, 100, 100, 100, 100]) {
      turn(lateMs);
      expect(lateness.isLasting).toBe(false);
    }
  });
});
