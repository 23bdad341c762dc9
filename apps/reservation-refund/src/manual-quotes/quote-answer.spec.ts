import { describe, expect, it } from '@jest/globals';
import { answeredPenalty } from './quote-answer.js';

const at = Date.parse('2026-12-03T09:00:00Z');
const until = { valid_until: '2026-12-04 09:00:00.000001+00' };

describe('the penalty of an answer', () => {
  it.each([
    [{ percent: 45 }, 12_500_000, 5_625_000],
    [{ percent: 50 }, 1, 1],
    [{ percent: 49 }, 1, 0],
    [{ percent: 0 }, 1000, 0],
    [{ percent: 33 }, 9_007_199_254_740_991, 2_972_375_754_064_527],
    [{ percent: 100 }, 9_007_199_254_740_991, 9_007_199_254_740_991],
    [{ penalty: 0 }, 1000, 0],
    [{ penalty: 1000 }, 1000, 1000],
    [{ penalty: 0, percent: null }, 0, 0],
  ])('of %p of a price of %d is %d', (given, price, penalty) => {
    expect(answeredPenalty({ ...given, ...until }, price, at).penalty).toBe(penalty);
  });

  it.each([
    [{}, 'Give one of penalty and percent.'],
    [{ penalty: 1, percent: 1 }, 'Give one of penalty and percent.'],
    [{ penalty: 1001 }, 'Ensure this value is less than or equal to 1000.'],
  ])('is refused for %p', (given, error) => {
    expect(() => answeredPenalty({ ...given, ...until }, 1000, at)).toThrow(
      expect.objectContaining({ fields: { penalty: [error] } }),
    );
  });
});

describe('the end of an answer', () => {
  it.each([
    [{ valid_minutes: 90 }, '2026-12-03T10:30:00Z'],
    [until, '2026-12-04T09:00:00.000001Z'],
    [{ valid_until: '2027-12-04 09:00:00+00' }, '2027-12-04T09:00:00Z'],
  ])('by %p is %s', (given, end) => {
    expect(answeredPenalty({ penalty: 1, ...given }, 1000, at).validUntil).toBe(end);
  });

  it.each([
    [{}, 'Give one of valid_minutes and valid_until.'],
    [{ valid_minutes: 1, ...until }, 'Give one of valid_minutes and valid_until.'],
    [{ valid_until: '2026-12-03 09:00:00+00' }, 'Ensure this is later than now.'],
    [{ valid_until: '2027-12-04 09:00:00.001+00' }, 'Ensure this is at most 366 days from now.'],
  ])('is refused for %p', (given, error) => {
    expect(() => answeredPenalty({ penalty: 1, ...given }, 1000, at)).toThrow(
      expect.objectContaining({ fields: { valid_until: [error] } }),
    );
  });

  it('is refused beside a penalty that is refused too', () => {
    expect(() => answeredPenalty({}, 1000, at)).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ penalty: [expect.anything()] }) as unknown }),
    );
  });
});
