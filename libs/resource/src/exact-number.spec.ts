import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExactNumber, parseExactly } from './index.js';

describe('parsing JSON without losing a digit', () => {
  it.each([
    ['9999999999999.9999', '9999999999999.9999'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['-0.12345678901234567', '-0.12345678901234567'],
    ['1e400', '1e400'],
    ['1.000000000000000000', '1'],
    ['1.2300000000000000000', '1.23'],
    ['10000000000000000000.0', '10000000000000000000'],
  ])('keeps %s', (source, digits) => {
    const { n } = parseExactly(`{"n": ${source}}`) as { n: unknown };
    expect(String(n)).toBe(digits);
  });

  it('gives the same as JSON.parse where a float is enough', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(
          JSON.parse(
            JSON.stringify(parseExactly(text), (_, value: unknown) =>
              value instanceof ExactNumber ? Number(value.text) : value,
            ),
          ),
        ).toEqual(JSON.parse(text));
      }),
      { seed: 1 },
    );
  });

  it('takes no digits within a text for a number', () => {
    expect(
      parseExactly(
        '{"id": "43b9900b-78b0-11e5-ab16-000c29883704", "n": "12345678901234567890", "list": ["1, ' +
          '12345678901234567890"]}',
      ),
    ).toEqual({
      id: '43b9900b-78b0-11e5-ab16-000c29883704',
      n: '12345678901234567890',
      list: ['1, 12345678901234567890'],
    });
  });

  it('keeps every decimal of 19 digits, wherever it stands', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 9999 }))
      .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(4, '0')}`);
    const withoutZeros = (text: string): string => text.replace(/\.?0+$/, '');
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1 }), (numbers) => {
        expect(
          (parseExactly(`[${numbers.join()}]`) as unknown[]).map((number) =>
            withoutZeros(`${String(number)}${String(number).includes('.') ? '' : '.0'}`),
          ),
        ).toEqual(numbers.map(withoutZeros));
      }),
      { seed: 1 },
    );
  });
});
