import { TextDecoder } from 'node:util';

type ByteOrder = 'little' | 'big';

const decoders: Readonly<Record<ByteOrder, TextDecoder>> = {
  little: new TextDecoder('utf-16le', { fatal: true }),
  big: new TextDecoder('utf-16be', { fatal: true }),
};

/**
 * Text in UTF-16; without a byte order its mark decides, and without that it is little-endian, as for Python. @throws
 * TypeError
 */
export function decodeUtf16(
  bytes: Uint8Array,
  order: ByteOrder = bytes[0] === 0xfe && bytes[1] === 0xff ? 'big' : 'little',
): string {
  return decoders[order].decode(bytes);
}

const byteOrderMark = 0xfeff;
/** How many characters `String.fromCodePoint` is given at once: an argument each. */
const sliceLength = 8192;

/** Text in UTF-32, its byte order as for UTF-16. @throws RangeError, TypeError */
export function decodeUtf32(bytes: Uint8Array, order?: ByteOrder): string {
  if (bytes.length % 4 !== 0) throw new TypeError('UTF-32 has four bytes for each character.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = (order ?? (bytes.length > 0 && view.getUint32(0) === byteOrderMark ? 'big' : 'little')) === 'little';
  const points = Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, isLittle));
  if (points[0] === byteOrderMark) points.shift();
  let text = '';
  for (let at = 0; at < points.length; at += sliceLength)
    text += String.fromCodePoint(...points.slice(at, at + sliceLength));
  if (!text.isWellFormed()) throw new TypeError('Surrogates are no characters.');
  return text;
}
