import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConcurrencyLimiter, mebibyte } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { connectionLimits, type BodyRate } from '../limits/connection-limits.js';
import { onFinished } from '../limits/on-finished.js';
import { ArrivingBody } from './arriving-body.js';

/** The largest batch that is taken, 16 MiB. */
export const maxBatchSize = 16 * mebibyte;
/** The largest of any other body, 1 MiB; a request for tokens comes from anybody. */
export const maxBody = mebibyte;
/**
 * In bytes, of all bodies that arrive or wait for their answer: what a container of 512 MiB has room for, and a quarter
 * of it for one account.
 */
const held = new ConcurrencyLimiter({ max: 128 * mebibyte, maxPerKey: 32 * mebibyte });
/** Of these, what may come without a credential, in all and from one address. */
const heldAnonymously = new ConcurrencyLimiter({ max: 32 * mebibyte, maxPerKey: 16 * mebibyte });

interface RequestBody {
  readonly maxBytes: number;
  /** Counts bytes before there are more of them. */
  readonly hold: (bytes: number) => void;
  /** Waits until more of a body than a mebibyte may come. */
  readonly turn: () => Promise<void>;
  /** How fast it has to come; `connectionLimits` unless it is said. */
  readonly rate?: BodyRate;
}

/**
 * The whole body of a request.
 *
 * What is too large is answered at once and read no further than to throw it away, so that a client who sends first and
 * listens then gets its answer.
 *
 * @throws Failure `payload_too_large`, `request_timeout` when it comes too slowly, `malformed_request` when it breaks
 * off, and what `hold` throws
 */
export async function readRequestBody(
  request: IncomingMessage,
  { maxBytes, hold, turn, rate = connectionLimits }: RequestBody,
): Promise<Buffer> {
  const tooLarge = new Failure('payload_too_large', String(maxBytes));
  const declaredLength = Number(request.headers['content-length'] ?? 0);
  if (declaredLength > maxBytes) throw tooLarge;
  if (request.destroyed) throw new Failure('malformed_request');
  const body = new ArrivingBody(declaredLength, hold);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let stopTiming = (): void => undefined;
  const refuse = (failure: Failure): void => {
    stopTiming();
    body.clear();
    request.off('data', keep).resume();
    reject(failure);
  };
  const startTiming = (): void => {
    const before = body.length;
    stopTiming = timeBody(
      () => body.length - before,
      rate,
      () => {
        refuse(new Failure('request_timeout'));
      },
    );
  };
  const waitForTurn = async (): Promise<void> => {
    stopTiming();
    request.pause();
    await turn();
    if (request.destroyed) return;
    body.makeRoom();
    startTiming();
    request.resume();
  };
  const keep = (part: Buffer): void => {
    try {
      const before = body.length;
      if (before + part.length > maxBytes) throw tooLarge;
      body.add(part);
      if (before <= mebibyte && body.length > mebibyte) waitForTurn().catch(refuse);
    } catch (failure) {
      refuse(failure as Failure);
    }
  };
  startTiming();
  request.on('data', keep);
  request.once('end', () => {
    resolve(body.bytes);
  });
  request.once('close', () => {
    reject(new Failure('malformed_request'));
  });
  return promise.finally(() => {
    stopTiming();
  });
}

/**
 * Calls back when fewer bytes have come than have to. Bytes that came while our own event loop stood still are read
 * first.
 */
function timeBody(length: () => number, { bodyGraceMs, bodyBytesPerSecond }: BodyRate, onSlow: () => void): () => void {
  const startedAt = performance.now();
  const msLeft = (): number => startedAt + bodyGraceMs + (length() / bodyBytesPerSecond) * 1000 - performance.now();
  let isOver = false;
  let timer: NodeJS.Timeout;
  const judge = (): void => {
    if (isOver) return;
    if (msLeft() > 0) arm();
    else onSlow();
  };
  const arm = (): void => {
    timer = setTimeout(
      () => {
        setImmediate(judge);
      },
      Math.max(1, msLeft()),
    );
  };
  arm();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/**
 * Counts the bytes of a body, as they arrive and as they are decoded, until its request is answered.
 *
 * @param owner whose share of what is held it takes: the account's number, or the address where nobody needs one
 * @returns for each piece. It throws Failure `overloaded` when too much is held already, `busy_account` when too much
 * of it is the owner's
 */
export function holdUntilAnswered(
  request: IncomingMessage,
  response: ServerResponse,
  owner: number | string,
): (bytes: number) => void {
  const releases: (() => void)[] = [];
  let isOver = false;
  onFinished(request, response, () => {
    isOver = true;
    for (const release of releases) release();
  });
  return (bytes) => {
    if (isOver) return;
    if (typeof owner === 'string') releases.push(heldAnonymously.acquire(owner, bytes));
    releases.push(held.acquire(owner, bytes));
  };
}
