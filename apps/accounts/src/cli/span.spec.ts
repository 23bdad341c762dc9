import { describe, expect, it } from '@jest/globals';
import { readSpan, spanText } from './span.js';

describe('a span', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['1d', 86_400],
    ['365d', 31_536_000],
  ])('of %s is %d seconds, and back again', (text, seconds) => {
    expect(readSpan(text)).toBe(seconds);
    expect(spanText(seconds)).toBe(text);
  });

  it('is shown in the largest unit that leaves nothing over', () => {
    expect(['60s', '24h', '3600s', '61s'].map((text) => spanText(readSpan(text) ?? NaN))).toEqual([
      '1m',
      '1d',
      '1h',
      '61s',
    ]);
  });

  it.each(['', '15', 'm', '1.5h', '-1h', ' 1h', '1h ', '1w', '1H', '1h30m', '1e3s', '9999999999s'])(
    'is not %j',
    (text) => {
      expect(readSpan(text)).toBeUndefined();
    },
  );
});
