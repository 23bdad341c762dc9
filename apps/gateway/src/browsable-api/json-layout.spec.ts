import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { highlighted, indented } from './json-layout.js';

describe('JSON on a page', () => {
  it('is indented as JSON.stringify would', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(indented(JSON.stringify(value))).toBe(JSON.stringify(value, null, 4));
      }),
      { seed: 21, numRuns: 500 },
    );
  });

  it('keeps every digit', () => {
    expect(indented('{"price":12345678901234567890.12345,"zero":1.000,"large":1E400}')).toBe(
      '{\n    "price": 12345678901234567890.12345,\n    "zero": 1.000,\n    "large": 1E400\n}',
    );
  });

  it('does not grow beyond measure when it is nested deeply', () => {
    const depth = 100_000;
    expect(indented('['.repeat(depth) + ']'.repeat(depth)).length).toBeLessThan(depth * 400);
  });

  it('links what the page says it may, and no key', () => {
    const markup = highlighted('{"https://ours/":"https://ours/","b":"https://theirs/"}', (url) =>
      url === 'https://ours/' ? '/"x' : undefined,
    ).toString();
    expect(markup).toContain('<a class="string" href="/&quot;x">&quot;https://ours/&quot;</a>');
    expect(markup.match(/<a /g)).toHaveLength(1);
  });
});
