import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';
import { convertString, stringSchema, writeString, type StringOptions } from './string-field.js';

const word = "[-!#$%&'*+/=?^_`{}|~0-9a-z]+";
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** As much of RFC 5321 as Django's validator holds against an address. */
const address = new RegExp(String.raw`^${word}(?:\.${word})*@(?:${label}\.)+[a-z0-9-]{2,63}$`, 'i');

function convertEmail(value: unknown, options: StringOptions): string {
  const text = convertString(value, options);
  return text === '' || address.test(text) ? text : refuse('Enter a valid email address.');
}

/** An e-mail address. */
export const EmailField = (
  options: FieldOptions & Pick<StringOptions, 'maxLength' | 'allowBlank'>,
): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'email',
    allowBlank: options.allowBlank ?? false,
    bounds: { max_length: options.maxLength },
    convert: (value) => convertEmail(value, options),
    schema: ({ direction }) =>
      direction === 'answer' ? stringSchema(options) : { ...stringSchema(options), format: 'email' },
    writeJson: writeString,
  });
