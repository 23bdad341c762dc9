import { Failure } from '@refundry/errors';
import { charsetNamed, utf8, type Charset } from './charset.js';
import { parameterOf } from './media-type.js';

/** More than the largest batch has. */
export const maxFields = 200_000;
/** The field in which a form says what its other fields are encoded in (HTML, "The form element"; RFC 7578 §4.6). */
export const charsetField = '_charset_';

const tooManyFields = (): Failure => new Failure('parse_error', `the form has more than ${maxFields} fields`);
const replacement = '\ufffd';

/** The text of bytes. @throws Failure `parse_error` when they have none in the charset */
export function textOf(bytes: Uint8Array, charset: Charset): string {
  try {
    return charset.decode(bytes);
  } catch {
    throw new Failure('parse_error', `the body is not ${charset.name}`);
  }
}

/** The charset that a `Content-Type` names. */
export function declaredCharset(contentType: string): string | undefined {
  const charset = /charset/i.test(contentType) ? parameterOf(contentType, 'charset') : undefined;
  return charset === '' ? undefined : charset;
}

/**
 * The fields of an `application/x-www-form-urlencoded` body, in their order. Percent-encoded bytes are of the declared
 * charset, else of the one that the form itself names.
 *
 * @throws Failure `parse_error`, `unsupported_media_type`
 */
export function formEntries(body: Buffer, contentType: string): [string, string][] {
  const charset = charsetNamed(declaredCharset(contentType) ?? charsetInForm(body));
  if (charset.extendsAscii) return charset === utf8 ? utf8Entries(body) : encodedEntries(body, charset);
  // Percent-encoded bytes in UTF-16 are UTF-8, as browsers send them.
  return utf8Entries(Buffer.from(textOf(body, charset)));
}

/** Fields whose bytes are UTF-8. */
function utf8Entries(body: Buffer): [string, string][] {
  const entries = [...new URLSearchParams(textOf(body, utf8))];
  if (entries.length > maxFields) throw tooManyFields();
  // It stands there also where percent-encoded bytes are none of UTF-8: only a second look tells.
  return entries.some((entry) => entry.some((text) => text.includes(replacement)))
    ? encodedEntries(body, utf8)
    : entries;
}

function encodedEntries(body: Buffer, charset: Charset): [string, string][] {
  const fields = body
    .toString('latin1')
    .split('&', maxFields + 1)
    .filter((field) => field !== '');
  if (fields.length > maxFields) throw tooManyFields();
  const decoded = (text: string): string => decodedText(text, charset);
  return fields.map((field) => {
    const at = field.indexOf('=');
    return at < 0 ? [decoded(field), ''] : [decoded(field.slice(0, at)), decoded(field.slice(at + 1))];
  });
}

/** @param text a byte in each character */
function decodedText(text: string, charset: Charset): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /^[\t\n\r -~]*$/.test(bytes) ? bytes : textOf(Buffer.from(bytes, 'latin1'), charset);
}

const inForm = new RegExp(`(?:^|&)${charsetField}=([^&]*)`);

function charsetInForm(body: Buffer): string | undefined {
  return body.includes(charsetField) ? inForm.exec(body.toString('latin1'))?.[1] : undefined;
}
