import { Failure } from '@refundry/errors';
import { formInput, parseExactly, type Class } from '@refundry/resource';
import { charsetNamed, utf8 } from './charset.js';
import { declaredCharset, formEntries, textOf } from './form-body.js';
import { longBody } from '../rpc/long-body-queues.js';
import { withoutParameters } from './media-type.js';
import { multipartEntries } from './multipart-form.js';
import { parseInSlices } from '../transport/sliced-json.js';

const deepest = 32;

/** Reads a body as the plain input of a class. Multipart is all there is to wait for. */
type ReadBody = (type: Class, body: Buffer, contentType: string) => unknown;

const readers: ReadonlyMap<string, ReadBody> = new Map<string, ReadBody>([
  ['application/json', (_type, body, contentType) => parseJson(body, charsetNamed(declaredCharset(contentType)))],
  ['application/x-www-form-urlencoded', (type, body, contentType) => formInput(type, formEntries(body, contentType))],
  [
    'multipart/form-data',
    async (type, body, contentType) => formInput(type, await multipartEntries(body, contentType)),
  ],
]);

/**
 * Content of a body, decoded by the charset it declares, not yet validated; a promise for a multipart form. A body of
 * zero bytes is no body.
 *
 * @throws Failure `unsupported_media_type`, `parse_error`, `multipart_error`
 */
export function readBody(type: Class, body: Uint8Array, contentType = ''): unknown {
  if (body.length === 0) return {};
  const mediaType = withoutParameters(contentType);
  const reader = readers.get(mediaType.toLowerCase());
  if (!reader) throw new Failure('unsupported_media_type', mediaType);
  return reader(type, Buffer.from(body.buffer, body.byteOffset, body.byteLength), contentType);
}

/** The same of a batch, whose JSON may be long and is parsed in slices. @throws Failure as `readBody` does */
export async function readBatch(type: Class, body: Uint8Array, contentType = ''): Promise<unknown> {
  if (body.length > longBody && withoutParameters(contentType).toLowerCase() === 'application/json') {
    try {
      return await parseInSlices(textOf(body, charsetNamed(declaredCharset(contentType))));
    } catch {
      // Parsed once more as a whole, which says what is wrong with it.
    }
  }
  return readBody(type, body, contentType);
}

export const isMultipart = (contentType = ''): boolean =>
  withoutParameters(contentType).toLowerCase() === 'multipart/form-data';

/** @throws Failure `parse_error` */
export function parseJson(body: Uint8Array, charset = utf8): unknown {
  const text = textOf(body, charset);
  try {
    refuseTooDeep(text);
    return parseExactly(text);
  } catch (error) {
    throw new Failure('parse_error', (error as SyntaxError).message);
  }
}

/** Thousands of nested brackets are rejected before a parser recurses into them; within a text they don't nest. */
function refuseTooDeep(text: string): void {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (isText && character === backslash) at++;
    else if (character === quote) isText = !isText;
    else if (!isText && openings.has(character)) depth++;
    else if (!isText && closings.has(character)) depth--;
    if (depth > deepest) throw new SyntaxError(`it is nested more than ${deepest} deep`);
  }
}

const [quote, backslash] = [0x22, 0x5c];
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);
