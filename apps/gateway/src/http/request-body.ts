import type { IncomingMessage } from 'node:http';
import { Failure } from '@refundry/resource';

/** The largest batch that is taken, 16 MiB. */
export const largestBatch = 16 * 1024 * 1024;
/** The largest of any other body, 1 MiB; a request for tokens comes from anybody. */
export const largestBody = 1024 * 1024;
/** Of all bodies that are arriving at once, 256 MiB. */
const mostHeld = 256 * 1024 * 1024;
let held = 0;

/**
 * The whole body of a request.
 *
 * What is too large is answered at once and read no further than to throw it away, so that a client who sends first and
 * listens then gets its answer.
 *
 * @throws Failure `payload_too_large`, `overloaded` when too much is held already, `malformed_request` when it breaks off
 */
export async function readRequestBody(request: IncomingMessage, largest: number): Promise<Buffer> {
  const tooLarge = new Failure('payload_too_large', String(largest));
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge;
  const parts: Buffer[] = [];
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const refuse = (failure: Failure): void => {
    parts.length = 0;
    request.off('data', keep).resume();
    reject(failure);
  };
  const keep = (part: Buffer): void => {
    if (length + part.length > largest) refuse(tooLarge);
    else if (held + part.length > mostHeld) refuse(new Failure('overloaded'));
    else {
      held += part.length;
      length += part.length;
      parts.push(part);
    }
  };
  request.on('data', keep);
  request.once('end', () => { resolve(Buffer.concat(parts)); });
  request.once('close', () => {
    held -= length;
    reject(new Failure('malformed_request'));
  });
  return promise;
}
