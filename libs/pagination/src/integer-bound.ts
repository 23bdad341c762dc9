import type { Comparison } from '@refundry/resource';

/** A comparison with a value PostgreSQL understands. */
export interface Bound {
  readonly lookup: Comparison;
  readonly value: string;
}

const pattern = /^[-+]?(?=\.?\d)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[-+]?\d+))?$/;
const maxValue = 2n ** 63n - 1n;
const minValue = -(2n ** 63n);
/** No column holds it: an `exact` that nothing can equal. */
export const impossible: Bound = { lookup: 'gt', value: String(maxValue) };

/**
 * Turns a comparison of an integer column with any number, such as `1.5`, `1e9` or `99999999999999999999`, into the
 * comparison with a 64-bit integer that holds for the same rows, so that the column's index still serves it.
 *
 * @returns undefined when the text is no number
 */
export function integerBound(text: string, lookup: Comparison): Bound | undefined {
  const parts = pattern.exec(text)?.groups;
  if (!parts) return undefined;
  const { floor, isWhole } = decompose(
    text.startsWith('-'),
    parts.whole ?? '',
    parts.fraction ?? '',
    Number(parts.exponent ?? 0),
  );
  if (floor > maxValue || floor < minValue) return beyond(floor > 0n, lookup);
  if (isWhole) return { lookup, value: String(floor) };
  if (lookup === 'exact') return impossible;
  // Between two integers: more than 1.5 is more than 1, less than 1.5 is at most 1.
  return { lookup: lookup === 'gt' || lookup === 'gte' ? 'gt' : 'lte', value: String(floor) };
}

function beyond(isPositive: boolean, lookup: Comparison): Bound {
  const isLower = lookup === 'gt' || lookup === 'gte';
  if (lookup === 'exact' || isLower === isPositive) return impossible;
  return { lookup: isLower ? 'gte' : 'lte', value: String(isLower ? minValue : maxValue) };
}

/** The integer at or below the number, and whether the number is that integer. */
function decompose(
  isNegative: boolean,
  whole: string,
  fraction: string,
  exponent: number,
): { floor: bigint; isWhole: boolean } {
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return { floor: 0n, isWhole: true };
  const wholeDigits = digits.length - fraction.length + exponent;
  if (wholeDigits > 19) return { floor: isNegative ? minValue - 1n : maxValue + 1n, isWhole: true };
  const magnitude = BigInt(wholeDigits > 0 ? digits.slice(0, wholeDigits).padEnd(wholeDigits, '0') : '0');
  const isWhole = !/[1-9]/.test(digits.slice(Math.max(0, wholeDigits)));
  if (!isNegative) return { floor: magnitude, isWhole };
  return { floor: isWhole ? -magnitude : -magnitude - 1n, isWhole };
}
