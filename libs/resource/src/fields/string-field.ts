import { ExactNumber } from '../exact-number.js';
import type { JsonSchema } from '../json-schema.js';
import { declareField, refuse, type FieldDecorator, type FieldOptions, type WriteJson } from './field.js';

export interface StringOptions extends FieldOptions {
  /** In code points. */
  maxLength?: number;
  allowBlank?: boolean;
  /** Whether surrounding white space is cut off, as Django REST framework does unless told otherwise. */
  trim?: boolean;
}

/** @throws Failure `invalid` */
export function convertString(value: unknown, { maxLength, allowBlank = false, trim = true }: StringOptions): string {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof ExactNumber))
    return refuse('Not a valid string.');
  const text = trim ? String(value).trim() : String(value);
  if (text === '' && !allowBlank) refuse('This field may not be blank.');
  if (text.includes('\0')) refuse('Null characters are not allowed.');
  const surrogate = /\p{Surrogate}/u.exec(text);
  if (surrogate)
    refuse(`Surrogate characters are not allowed: U+${surrogate[0].charCodeAt(0).toString(16).toUpperCase()}.`);
  if (maxLength !== undefined && text.length > maxLength && Array.from(text).length > maxLength)
    refuse(`Ensure this field has no more than ${maxLength} characters.`);
  return text;
}

/** As it is answered: of what came from elsewhere, nobody said that it isn't blank. */
export const stringSchema = ({ maxLength }: Pick<StringOptions, 'maxLength'>): JsonSchema => ({
  type: 'string',
  ...(maxLength !== undefined && { maxLength }),
});

export const writeString: WriteJson = (writer, source, from, to) => {
  writer.string(source, from, to);
};

/** Text; a number is taken as its digits. */
export const StringField = (options: StringOptions): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'string',
    allowBlank: options.allowBlank ?? false,
    bounds: { max_length: options.maxLength },
    convert: (value) => convertString(value, options),
    schema: ({ direction }) =>
      direction === 'answer'
        ? stringSchema(options)
        : { ...stringSchema(options), type: ['string', 'number'], ...(!options.allowBlank && { minLength: 1 }) },
    writeJson: writeString,
  });
