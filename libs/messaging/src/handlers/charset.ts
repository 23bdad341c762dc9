import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { Failure } from '@refundry/errors';
import { decodeUtf16, decodeUtf32 } from './unicode-bytes.js';

/** A character encoding that bodies are read by. */
export interface Charset {
  /** As a refusal names it. */
  readonly name: string;
  /** Whether ASCII characters, a form's `&`, `=` and `%` among them, are single bytes of the same value. */
  readonly extendsAscii: boolean;
  /**
   * All of the text or none of it: no replacement characters. @throws TypeError or RangeError for bytes that have no
   * meaning
   */
  decode(bytes: Uint8Array): string;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
export const utf8: Charset = { name: 'UTF-8', extendsAscii: true, decode: (bytes) => strictUtf8.decode(bytes) };

const latin1: Charset = {
  name: 'ISO-8859-1',
  extendsAscii: true,
  decode: (bytes) => bufferOf(bytes).toString('latin1'),
};
const ascii: Charset = { name: 'US-ASCII', extendsAscii: true, decode: decodeAscii };
const wide = (name: string, decode: Charset['decode']): Charset => ({ name, extendsAscii: false, decode });

/** By the names that Python's codecs know them by, which Django compares without case and punctuation. */
const own: ReadonlyMap<string, Charset> = new Map([
  ...named(utf8, 'utf_8 utf8 u8 utf utf_8_sig cp65001'),
  ...named(
    latin1,
    'iso_8859_1 iso8859_1 iso_8859_1_1987 8859 iso8859 latin_1 latin1 latin l1 cp819 ibm819 iso_ir_100 csisolatin1',
  ),
  ...named(ascii, 'ascii us_ascii us 646 iso646_us ansi_x3.4_1968 ansi_x3_4_1968 ansi_x3.4_1986 cp367 ibm367 csascii'),
  ...named(wide('UTF-16', decodeUtf16), 'utf_16 utf16 u16'),
  ...named(
    wide('UTF-16LE', (bytes) => decodeUtf16(bytes, 'little')),
    'utf_16le utf_16_le utf16le unicodelittleunmarked',
  ),
  ...named(
    wide('UTF-16BE', (bytes) => decodeUtf16(bytes, 'big')),
    'utf_16be utf_16_be utf16be unicodebigunmarked',
  ),
  ...named(wide('UTF-32', decodeUtf32), 'utf_32 utf32 u32'),
  ...named(
    wide('UTF-32LE', (bytes) => decodeUtf32(bytes, 'little')),
    'utf_32le utf_32_le utf32le',
  ),
  ...named(
    wide('UTF-32BE', (bytes) => decodeUtf32(bytes, 'big')),
    'utf_32be utf_32_be utf32be',
  ),
]);

/** Names that Python has for charsets of the Encoding Standard, which names them otherwise. */
const standardNames: ReadonlyMap<string, string> = new Map([
  ['cp932', 'shift_jis'],
  ['ms932', 'shift_jis'],
  ['mskanji', 'shift_jis'],
  ['cp936', 'gbk'],
  ['ms936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['ms949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['cp950', 'big5'],
  ['ms950', 'big5'],
  ['mac_roman', 'macintosh'],
  ['macroman', 'macintosh'],
  ['mac_cyrillic', 'x-mac-cyrillic'],
  ['maccyrillic', 'x-mac-cyrillic'],
]);

/** Charsets that Python decodes and we can't. Read as another they would give another text. */
const unreadable = new RegExp(
  String.raw`^(?:cp\d+|ibm\d+|mac_?[a-z]+|utf_?7|u7|hz(?:_gb.*)?|hzgb|johab|koi8_t|kz_?1048|ptcp154|pt154` +
    String.raw`|iso_?2022_.*|euc_?jis.*|shift_?jisx?_?(?:2004|0213)|hp_?roman8|big5_?hkscs)$`,
);

/**
 * The charset of a name, UTF-8 without one. A name that nobody knows is ignored, as by Django.
 *
 * @throws Failure `unsupported_media_type` for one that others know
 */
export function charsetNamed(label: string | undefined): Charset {
  if (label === undefined) return utf8;
  const name = normalised(label);
  const known = own.get(name) ?? standardCharset(name);
  if (!known && unreadable.test(name)) throw new Failure('unsupported_media_type', `charset=${label}`);
  return known ?? utf8;
}

/** As Python compares the names of its codecs. */
export const normalised = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** A charset of the Encoding Standard. */
function standardCharset(name: string): Charset | undefined {
  const codePage = /^(?:windows|cp|win)?_?(125\d|874)$/.exec(name)?.[1];
  const iso = /^(?:iso_?)?8859_?(\d+)(?:_(e|i))?$/.exec(name);
  const labels = [
    codePage && `windows-${codePage}`,
    iso && `iso-8859-${iso.slice(1).filter(Boolean).join('-')}`,
    standardNames.get(name),
    name,
    name.replaceAll('_', '-'),
  ];
  const decoder = labels.map((label) => (label ? decoderOf(label) : undefined)).find(Boolean);
  if (!decoder || decoder.encoding === 'x-user-defined') return undefined;
  const { encoding } = decoder;
  return {
    name: encoding,
    extendsAscii: !encoding.startsWith('utf-16'),
    decode: encoding.startsWith('windows-')
      ? (bytes) => withoutControls(decoder.decode(bytes))
      : (bytes) => decoder.decode(bytes),
  };
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return undefined;
  }
}

/** Bytes that a Windows code page leaves undefined, the Encoding Standard reads as control characters. */
function withoutControls(text: string): string {
  if (/[\x80-\x9f]/.test(text)) throw new TypeError('The bytes are undefined in the code page.');
  return text;
}

function decodeAscii(bytes: Uint8Array): string {
  if (!isAscii(bytes)) throw new TypeError('The bytes are not ASCII.');
  return latin1.decode(bytes);
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function named(charset: Charset, names: string): [string, Charset][] {
  return names.split(' ').map((name) => [name, charset]);
}
