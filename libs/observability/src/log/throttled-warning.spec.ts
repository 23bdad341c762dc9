import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ThrottledWarning } from '../index.js';

let told: string[];
let warning: ThrottledWarning;

beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  warning = new ThrottledWarning(({ message }) => {
    told.push(message);
  });
});

afterEach(() => {
  jest.useRealTimers();
});

const meet = (message: string): void => {
  warning.failed(new Error(message));
};

describe('a trouble that repeats', () => {
  it('is told of at once, and then once a minute', () => {
    for (let second = 0; second < 180; second++) {
      meet('refused');
      jest.advanceTimersByTime(1000);
    }
    expect(told).toEqual(['refused', 'refused', 'refused']);
  });

  it('is told of at once when it is another one, or comes back after its end', () => {
    meet('refused');
    meet('timed out');
    meet('timed out');
    warning.recovered();
    meet('timed out');
    expect(told).toEqual(['refused', 'timed out', 'timed out']);
  });
});
