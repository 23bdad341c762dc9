import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventLoopDelay } from './event-loop-delay.js';

let now: number;
let delay: EventLoopDelay;

beforeEach(() => {
  now = 0;
  jest.useFakeTimers({ doNotFake: ['performance'] });
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  delay = new EventLoopDelay();
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
      expect(delay.isHigh).toBe(isLasting);
    }
    turn(20);
    expect(delay.isHigh).toBe(false);
  });

  it('has not when one turn was very long, nor when all are a little late', () => {
    for (const lateMs of [5000, 0, 5000, 100, 100, 100, 100, 100]) {
      turn(lateMs);
      expect(delay.isHigh).toBe(false);
    }
  });
});
