import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Comparison } from '@refundry/resource';
import { integerBound } from './integer-bound.js';

const maxValue = 2n ** 63n - 1n;
const lookups: readonly Comparison[] = ['exact', 'gt', 'gte', 'lt', 'lte'];

const holds: Record<Comparison, (difference: bigint) => boolean> = {
  exact: (difference) => difference === 0n,
  gt: (difference) => difference > 0n,
  gte: (difference) => difference >= 0n,
  lt: (difference) => difference < 0n,
  lte: (difference) => difference <= 0n,
};

/** Whether the bound selects the row, as PostgreSQL would compare them. */
function selects(text: string, lookup: Comparison, row: bigint): boolean {
  const bound = integerBound(text, lookup);
  if (!bound) throw new Error(`${text} was not read`);
  return holds[bound.lookup](row - BigInt(bound.value));
}

describe('the bound of an integer column', () => {
  it.each(['99999999999999999999', '1e19', '1e400', `1e${'9'.repeat(400)}`, '9223372036854775808'])(
    'knows that every row is less than %s',
    (text) => {
      for (const row of [-maxValue, 0n, maxValue]) {
        expect(lookups.filter((lookup) => selects(text, lookup, row))).toEqual(['lt', 'lte']);
        expect(lookups.filter((lookup) => selects(`-${text}`, lookup, row))).toEqual(['gt', 'gte']);
      }
    },
  );

  it.each(['1e-400', '.5', '0.999999999999999999999', `0.${'0'.repeat(400)}1`, `1e-${'9'.repeat(400)}`])(
    'puts %s between 0 and 1',
    (text) => {
      expect(lookups.filter((lookup) => selects(text, lookup, 0n))).toEqual(['lt', 'lte']);
      expect(lookups.filter((lookup) => selects(text, lookup, 1n))).toEqual(['gt', 'gte']);
      expect(lookups.filter((lookup) => selects(`-${text}`, lookup, 0n))).toEqual(['gt', 'gte']);
      expect(lookups.filter((lookup) => selects(`-${text}`, lookup, -1n))).toEqual(['lt', 'lte']);
    },
  );

  it.each(['0', '-0', '0.0', '0e5', '-0.00e-3', '.0', '0.', '000'])('reads %s as zero', (text) => {
    expect(lookups.filter((lookup) => selects(text, lookup, 0n))).toEqual(['exact', 'gte', 'lte']);
  });

  it('reaches the least number a column can hold', () => {
    const minValue = -(2n ** 63n);
    expect(lookups.filter((lookup) => selects(String(minValue), lookup, minValue))).toEqual(['exact', 'gte', 'lte']);
    expect(lookups.filter((lookup) => selects('-1e19', lookup, minValue))).toEqual(['gt', 'gte']);
  });

  it.each(['', '.', '-', '+', 'e5', '1e', '1e+', '1.5.2', '1_0', '0x10', 'abc', 'NaN', 'Infinity', '1 0', '--1', '١'])(
    'does not take %p for a number',
    (text) => {
      expect(integerBound(text, 'exact')).toBeUndefined();
    },
  );

  it('selects the rows that exact arithmetic selects', () => {
    fc.assert(
      fc.property(
        decimals,
        fc.bigInt({ min: -maxValue, max: maxValue }),
        fc.bigInt({ min: -2n, max: 2n }),
        fc.constantFrom(...lookups),
        ({ text, digits, exponent }, random, near, lookup) => {
          const [multiplied, divided] = exponent < 0 ? [1n, 10n ** BigInt(-exponent)] : [10n ** BigInt(exponent), 1n];
          const neighbour = (digits * multiplied) / divided + near;
          for (const row of [random, BigInt.asIntN(32, random), neighbour]) {
            if (row > maxValue || row < -maxValue) continue;
            expect(selects(text, lookup, row)).toBe(holds[lookup](row * divided - digits * multiplied));
          }
        },
      ),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('always fits 64 bits', () => {
    fc.assert(
      fc.property(decimals, fc.constantFrom(...lookups), ({ text }, lookup) => {
        const value = BigInt(integerBound(text, lookup)!.value);
        expect(BigInt.asIntN(64, value)).toBe(value);
      }),
      { seed: 1 },
    );
  });
});

/** A number's text, and the same number as digits × 10^exponent. */
const decimals = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: fc.stringMatching(/^\d{0,21}$/),
    fraction: fc.option(fc.stringMatching(/^\d{0,21}$/), { nil: undefined }),
    power: fc.option(fc.integer({ min: -25, max: 25 }), { nil: undefined }),
  })
  .filter(({ whole, fraction }) => whole !== '' || (fraction ?? '') !== '')
  .map(({ sign, whole, fraction, power }) => ({
    text: `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${power === undefined ? '' : `e${power}`}`,
    digits: BigInt(`${whole}${fraction ?? ''}`) * (sign === '-' ? -1n : 1n),
    exponent: (power ?? 0) - (fraction ?? '').length,
  }));
