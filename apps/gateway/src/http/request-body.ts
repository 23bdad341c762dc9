import type { IncomingMessage } from 'node:http';
import { Failure } from '@refundry/resource';

/** The largest body that is taken, 16 MiB. */
export const largestBody = 16 * 1024 * 1024;

/**
 * The whole body of a request.
 *
 * What is too large is answered at once and read no further than to throw it away, so that a client who sends first and
 * listens then gets its answer.
 *
 * @throws Failure `payload_too_large`; `malformed_request` when it breaks off
 */
export async function readRequestBody(request: IncomingMessage, largest = largestBody): Promise<Buffer> {
  const tooLarge = new Failure('payload_too_large', String(largest));
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge;
  const parts: Buffer[] = [];
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  request.on('data', (part: Buffer) => {
    length += part.length;
    if (length <= largest) parts.push(part);
    else {
      parts.length = 0;
      reject(tooLarge);
    }
  });
  request.once('end', () => { resolve(Buffer.concat(parts, length)); });
  request.once('close', () => { reject(new Failure('malformed_request')); });
  return promise;
}
