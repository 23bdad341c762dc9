import { declareField, refuse, type FieldDecorator, type FieldOptions } from './field.js';
import { writeString } from './string-field.js';

function convertUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return refuse('Enter a valid URL.');
  if (url.username !== '' || url.password !== '') return refuse('The URL must not contain credentials.');
  return url.href;
}

/** An address of HTTP, without credentials in it: they would be seen wherever the address is. */
export const UrlField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, {
    kind: 'url',
    convert: convertUrl,
    schema: () => ({ type: 'string', format: 'uri' }),
    writeJson: writeString,
  });
