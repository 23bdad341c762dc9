import { ExactNumber } from '../exact-number.js';
import type { JsonSchema } from '../json-schema.js';
import { pythonType } from '../python-type.js';
import { declareField, refuse, type Direction, type FieldDecorator, type FieldOptions } from './field.js';

export interface IntegerOptions extends FieldOptions {
  minValue?: number;
  maxValue?: number;
}

const integerText = /^\s*[-+]?\d{1,300}(?:\.0*)?\s*$/;

/** From here on Python writes a float with an exponent, and takes it for no integer. */
const floatLimit = 1e16;

function wholeNumberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && integerText.test(value);
  const number = isText || value instanceof ExactNumber ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return !isText && pythonType(value) === 'float' && Math.abs(number) >= floatLimit ? undefined : number;
}

/** @throws Failure `invalid` */
export function convertInteger(value: unknown, { minValue, maxValue }: IntegerOptions): number {
  const number = wholeNumberOf(value);
  if (number === undefined) return refuse('A valid integer is required.');
  if (maxValue !== undefined && number > maxValue) refuse(`Ensure this value is less than or equal to ${maxValue}.`);
  if (minValue !== undefined && number < minValue) refuse(`Ensure this value is greater than or equal to ${minValue}.`);
  return Number.isSafeInteger(number) ? number : refuse('A valid integer is required.');
}

/** A whole number; text that spells one is accepted. */
export const IntegerField = (options: IntegerOptions): FieldDecorator<number | null> =>
  declareField(options, {
    kind: 'integer',
    bounds: { min_value: options.minValue, max_value: options.maxValue },
    convert: (value) => convertInteger(value, options),
    schema: ({ direction }) => integerSchema(options, direction),
    writeJson: (writer, source, from, to) => {
      writer.copy(source, from, to);
    },
  });

export const integerSchema = (options: IntegerOptions, direction: Direction): JsonSchema =>
  direction === 'answer'
    ? wholeNumber(options)
    : { anyOf: [wholeNumber(options), { type: 'string', pattern: integerText.source }] };

const wholeNumber = ({ minValue, maxValue }: IntegerOptions): JsonSchema => ({
  type: 'integer',
  ...(minValue !== undefined && { minimum: minValue }),
  ...(maxValue !== undefined && { maximum: maxValue }),
});
