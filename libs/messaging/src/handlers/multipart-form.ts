import { Dicer } from '@fastify/busboy';
import { Failure } from '@refundry/errors';
import { charsetNamed, type Charset } from './charset.js';
import { charsetField, declaredCharset, maxFields, textOf } from './form-body.js';
import { parameterOf, withoutParameters } from './media-type.js';

interface Part {
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly bytes: readonly Buffer[];
}

/** A field and its text; a file is no text, so that a field refuses it. */
type Entry = [name: string, value: unknown];

const malformed = (): Failure => new Failure('multipart_error', 'the form is malformed');

/**
 * The fields of a `multipart/form-data` body, in their order. A part is of the charset that it names itself, else of
 * the body's, else of the one that the form names in a field (RFC 7578 §4.6).
 *
 * @throws Failure `multipart_error`, `parse_error`, `unsupported_media_type`
 */
export async function multipartEntries(body: Uint8Array, contentType: string): Promise<Entry[]> {
  const parts = (await partsOf(body, contentType)).filter(isField);
  const label = declaredCharset(contentType) ?? charsetInForm(parts);
  const charset = charsetNamed(label);
  return parts.map((part) => [
    textOf(Buffer.from(nameOf(part) ?? '', 'latin1'), charset),
    isFile(part) ? {} : fieldText(part, charset),
  ]);
}

function partsOf(body: Uint8Array, contentType: string): Promise<Part[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Part[]>();
  const fail = (): void => {
    reject(malformed());
  };
  const parts: Part[] = [];
  const reader = new Dicer({ boundary: boundaryOf(contentType) });
  reader.on('part', (stream) => {
    const bytes: Buffer[] = [];
    stream.on('header', (headers) => {
      if (parts.push({ headers: headers as Part['headers'], bytes }) > maxFields) fail();
    });
    // One that breaks off says so itself, beside the form.
    stream
      .on('data', (part: Buffer) => {
        bytes.push(part);
      })
      .on('error', fail);
  });
  reader
    .on('error', fail)
    .on('finish', () => {
      resolve(parts);
    })
    .end(body);
  return promise;
}

/** As Python's `cgi.valid_boundary`. */
const validBoundary = /^[ -~]{0,200}[!-~]$/;

/** @throws Failure `multipart_error` for a form whose parts can't be told apart, in Django's words */
function boundaryOf(contentType: string): string {
  const boundary = parameterOf(contentType, 'boundary');
  if (boundary === undefined || !validBoundary.test(boundary))
    throw new Failure('multipart_error', `Invalid boundary in multipart: ${boundary ?? 'None'}`);
  return boundary;
}

const header = ({ headers }: Part, name: string): string => headers[name]?.[0] ?? '';
const nameOf = (part: Part): string | undefined => parameterOf(header(part, 'content-disposition'), 'name');
const isField = (part: Part): boolean =>
  withoutParameters(header(part, 'content-disposition')).toLowerCase() === 'form-data';
const isFile = (part: Part): boolean =>
  withoutParameters(header(part, 'content-type')).toLowerCase() === 'application/octet-stream' ||
  /;\s*filename\*?\s*=/i.test(header(part, 'content-disposition'));

function fieldText(part: Part, ofForm: Charset): string {
  const own = declaredCharset(header(part, 'content-type'));
  return textOf(contentOf(part), own === undefined ? ofForm : charsetNamed(own));
}

/** `binary` in all its names is no encoding; base64 is what Django knows besides. */
const plainEncodings = new Set(['', '7bit', '8bit', 'binary']);

function contentOf(part: Part): Buffer {
  const bytes = Buffer.concat(part.bytes);
  const encoding = header(part, 'content-transfer-encoding').trim().toLowerCase();
  if (plainEncodings.has(encoding)) return bytes;
  const text = bytes.toString('latin1').replace(/\s/g, '');
  if (encoding !== 'base64' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw malformed();
  return Buffer.from(text, 'base64');
}

function charsetInForm(parts: readonly Part[]): string | undefined {
  const part = parts.find((one) => nameOf(one) === charsetField);
  return part && Buffer.concat(part.bytes).toString('latin1').trim();
}
