import { ExactNumber } from '../exact-number.js';
import type { JsonSchema } from '../json-schema.js';
import { pythonType } from '../python-type.js';
import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';
import { writeString } from './string-field.js';

export interface DecimalOptions extends FieldOptions {
  /** Before and behind the point together. */
  maxDigits: number;
  decimalPlaces: number;
}

const maxText = 1000;
const pattern = /^(?<sign>[-+]?)(?=\.?\d)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[-+]?\d+))?$/;

/**
 * Works on the digits, as Python's `Decimal` does: a float has no exact places. A number is read through its shortest
 * text.
 */
function convertDecimal(value: unknown, { maxDigits, decimalPlaces }: DecimalOptions): string {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof ExactNumber))
    return refuse('A valid number is required.');
  const text = String(value).trim();
  if (value instanceof ExactNumber && pythonType(value) === 'float' && !Number.isFinite(Number(text)))
    return refuse('A valid number is required.');
  if (text.length > maxText) refuse('String value too large.');
  const parts = pattern.exec(text)?.groups;
  if (!parts) return refuse('A valid number is required.');
  const { whole = '', fraction = '' } = parts;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const exponent = Number(parts.exponent ?? 0) - fraction.length;
  refuseTooPrecise(digits.length, exponent, maxDigits, decimalPlaces);
  const scaled = (digits + '0'.repeat(decimalPlaces + exponent)).replace(/^0+/, '').padStart(decimalPlaces + 1, '0');
  const point = scaled.length - decimalPlaces;
  const sign = parts.sign === '-' && /[1-9]/.test(digits) ? '-' : '';
  return `${sign}${scaled.slice(0, point)}${decimalPlaces > 0 ? '.' : ''}${scaled.slice(point)}`;
}

/** Django REST framework's `validate_precision`: zeros at the end of a text are places too. */
function refuseTooPrecise(digits: number, exponent: number, maxDigits: number, decimalPlaces: number): void {
  const places = Math.max(0, -exponent);
  const wholeDigits = Math.max(0, digits + exponent);
  if (wholeDigits + places > maxDigits) refuse(`Ensure that there are no more than ${maxDigits} digits in total.`);
  if (places > decimalPlaces) refuse(`Ensure that there are no more than ${decimalPlaces} decimal places.`);
  if (wholeDigits > maxDigits - decimalPlaces)
    refuse(`Ensure that there are no more than ${maxDigits - decimalPlaces} digits before the decimal point.`);
}

/**
 * An exact number with a fixed number of decimal places, as text and in a column `numeric(maxDigits, decimalPlaces)`.
 */
export const DecimalField = (options: DecimalOptions): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'decimal',
    convert: (value) => convertDecimal(value, options),
    schema: ({ direction }) => (direction === 'answer' ? answered(options) : accepted),
    writeJson: writeString,
  });

/** With all its places. */
const answered = ({ maxDigits, decimalPlaces }: DecimalOptions): JsonSchema => ({
  type: 'string',
  pattern: `^-?\\d{1,${maxDigits - decimalPlaces}}${decimalPlaces > 0 ? `\\.\\d{${decimalPlaces}}` : ''}$`,
});

const accepted: JsonSchema = {
  anyOf: [
    {
      type: 'string',
      pattern: `^\\s*${pattern.source.slice(1, -1).replaceAll(/\?<\w+>/g, '')}\\s*$`,
      maxLength: maxText,
    },
    { type: 'number' },
  ],
};
