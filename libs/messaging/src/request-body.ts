import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { Failure, formInput, parseExactly, type Class } from '@refundry/resource';
import { requireBoundary } from './multipart-boundary.js';

const deepest = 32;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a body as the plain input of a class. Multipart is all there is to wait for. */
type ReadBody = (type: Class, body: Uint8Array, contentType: string) => unknown;

const readers: ReadonlyMap<string, ReadBody> = new Map<string, ReadBody>([
  ['application/json', (_type, body) => parseJson(body)],
  ['application/x-www-form-urlencoded', (type, body) => formInput(type, parameters(utf8(body)))],
  ['multipart/form-data', async (type, body, contentType) => {
    requireBoundary(contentType);
    return formInput(type, await multipart(body, contentType));
  }],
]);

/**
 * What a body says, not yet validated; a promise for a multipart form. A body of zero bytes is no body.
 *
 * @throws Failure `unsupported_media_type`, `parse_error`, `multipart_error`
 */
export function readBody(type: Class, body: Uint8Array, contentType = ''): unknown {
  if (body.length === 0) return {};
  const mediaType = mediaTypeOf(contentType);
  const reader = readers.get(mediaType.toLowerCase());
  if (!reader) throw new Failure('unsupported_media_type', mediaType);
  return reader(type, body, contentType);
}

export const isMultipart = (contentType = ''): boolean => mediaTypeOf(contentType).toLowerCase() === 'multipart/form-data';

const mediaTypeOf = (contentType: string): string => contentType.replace(/;.*/s, '').trim();

/** @throws Failure `parse_error` */
export function parseJson(body: Uint8Array): unknown {
  const text = utf8(body);
  try {
    refuseTooDeep(text);
    return parseExactly(text);
  } catch (error) {
    throw new Failure('parse_error', (error as SyntaxError).message);
  }
}

function utf8(body: Uint8Array): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    throw new Failure('parse_error', 'the body is not UTF-8');
  }
}

/** Whoever opens thousands of brackets is refused before a parser recurses into them; within a text they don't nest. */
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

function parameters(text: string): URLSearchParams {
  const all = new URLSearchParams(text);
  if (all.size > mostFields) throw new Failure('parse_error', `the form has more than ${mostFields} fields`);
  return all;
}

/** Fields with their texts; a file is no text, so that a field refuses it. */
function multipart(body: Uint8Array, contentType: string): Promise<[string, unknown][]> {
  const { promise, resolve, reject } = Promise.withResolvers<[string, unknown][]>();
  const malformed = (): void => { reject(new Failure('multipart_error', 'the form is malformed')); };
  const entries: [string, unknown][] = [];
  try {
    const form = new Busboy({ headers: { 'content-type': contentType } satisfies BusboyHeaders, limits: { fieldSize: body.length, fields: mostFields } });
    form.on('field', (name, text) => { entries.push([name, text]); });
    form.on('file', (name, content) => {
      entries.push([name, {}]);
      // One that breaks off says so itself, beside the form.
      content.on('error', malformed).resume();
    });
    form.on('fieldsLimit', malformed);
    form.on('error', malformed);
    form.on('finish', () => { resolve(entries); });
    form.end(body);
  } catch {
    malformed();
  }
  return promise;
}

/** More than the largest batch has. */
const mostFields = 200_000;
