import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure, Places } from '@refundry/resource';
import { whenOver } from '../limits/when-over.js';

/** The largest batch that is taken, 16 MiB. */
export const largestBatch = 16 * 1024 * 1024;
/** The largest of any other body, 1 MiB; a request for tokens comes from anybody. */
export const largestBody = 1024 * 1024;
/** In bytes, of all bodies that are arriving at once: 256 MiB, and a quarter of it for one account. */
const held = new Places({ inAll: 256 * 1024 * 1024, each: 64 * 1024 * 1024 });

/**
 * The whole body of a request.
 *
 * What is too large is answered at once and read no further than to throw it away, so that a client who sends first and
 * listens then gets its answer.
 *
 * @param owner whose share of what is held it takes: the account, or the address where nobody needs one
 * @throws Failure `payload_too_large`, `overloaded` when too much is held already, `busy_account` when too much of it is the
 * owner's, `malformed_request` when it breaks off
 */
export async function readRequestBody(request: IncomingMessage, largest: number, owner?: number | string): Promise<Buffer> {
  const tooLarge = new Failure('payload_too_large', String(largest));
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge;
  if (request.destroyed) throw new Failure('malformed_request');
  const parts: Buffer[] = [];
  const giveBack: (() => void)[] = [];
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const refuse = (failure: Failure): void => {
    parts.length = 0;
    request.off('data', keep).resume();
    reject(failure);
  };
  const keep = (part: Buffer): void => {
    length += part.length;
    try {
      if (length > largest) throw tooLarge;
      giveBack.push(held.take(owner, part.length));
      parts.push(part);
    } catch (failure) {
      refuse(failure as Failure);
    }
  };
  request.on('data', keep);
  request.once('end', () => { resolve(Buffer.concat(parts)); });
  request.once('close', () => {
    for (const give of giveBack) give();
    reject(new Failure('malformed_request'));
  });
  return promise;
}

/**
 * Counts the bytes that a body becomes when it is decoded, as those that arrive are counted, until its request is answered.
 *
 * @returns for each piece; it throws as `readRequestBody` does
 */
export function holdUntilAnswered(request: IncomingMessage, response: ServerResponse, owner: number | string): (bytes: number) => void {
  const releases: (() => void)[] = [];
  whenOver(request, response, () => { for (const release of releases) release(); });
  return (bytes) => { releases.push(held.take(owner, bytes)); };
}
