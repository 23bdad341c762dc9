import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, type ZlibOptions } from 'node:zlib';
import { Failure } from '@refundry/errors';

const chunkSize = 64 * 1024;
const options: ZlibOptions = { chunkSize };

/** Of the content codings that IANA registers, those that clients send bodies in. */
const decoders: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => createGunzip(options)],
  ['x-gzip', () => createGunzip(options)],
  ['deflate', () => createInflate(options)],
  ['br', () => createBrotliDecompress({ chunkSize })],
]);

/** The `Accept-Encoding` of a refused coding (RFC 9110 §15.5.16). */
export const acceptedCodings = 'gzip, deflate, br';

/** A body in more codings than this was not made to be read. */
const maxCodings = 3;

/**
 * The codings of a body, in the order they were applied: those of its content, and then those of its transfer that Node
 * leaves in place.
 */
export function codingsOf({
  'content-encoding': content,
  'transfer-encoding': transfer,
}: IncomingHttpHeaders): string[] {
  if (content === undefined && (transfer === undefined || transfer === 'chunked')) return [];
  const codings = `${content ?? ''},${transfer ?? ''}`.split(',').map((coding) => coding.trim().toLowerCase());
  return codings.filter((coding) => coding !== '' && coding !== 'identity' && coding !== 'chunked');
}

interface DecodedBody {
  /** Of the decoded body, and of whatever it is on the way there. */
  readonly maxBytes: number;
  /** Counts bytes before there are more of them. */
  readonly hold: (bytes: number) => void;
}

/**
 * The content of a body. One of zero bytes is no body, in any coding.
 *
 * @throws Failure `unsupported_coding`, `payload_too_large`, `parse_error` when it breaks off or is not of its coding,
 * and what `hold` throws
 */
export async function decodeBody(body: Buffer, codings: readonly string[], decoded: DecodedBody): Promise<Buffer> {
  if (body.length === 0) return body;
  if (codings.length > maxCodings) throw new Failure('unsupported_coding', codings.join(', '));
  const steps = codings.toReversed().map((coding) => ({ coding, decoder: decoderOf(coding) }));
  let content = body;
  for (const { coding, decoder } of steps) content = await whole(decoding(content, coding, decoder), decoded);
  return content;
}

function decoderOf(coding: string): () => Transform {
  const decoder = decoders.get(coding);
  if (!decoder) throw new Failure('unsupported_coding', coding);
  return decoder;
}

async function* decoding(bytes: Buffer, coding: string, decoder: () => Transform): AsyncGenerator<Buffer> {
  try {
    yield* decoder().end(bytes) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Failure('parse_error', { detail: `the body is not ${coding}`, cause: error });
  }
}

async function whole(parts: AsyncIterable<Buffer>, { maxBytes, hold }: DecodedBody): Promise<Buffer> {
  const all: Buffer[] = [];
  let length = 0;
  for await (const part of parts) {
    length += part.length;
    if (length > maxBytes) throw new Failure('payload_too_large', String(maxBytes));
    hold(part.length);
    all.push(part);
  }
  return Buffer.concat(all, length);
}
