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
export async function readRequestBody(request: IncomingMessage, options: RequestBody): Promise<Buffer> {
  const declaredLength = Number(request.headers['content-length'] ?? 0);
  if (declaredLength > options.maxBytes) throw tooLarge(options.maxBytes);
  if (request.destroyed) throw new Failure('malformed_request');
  return new BodyReading(request, declaredLength, options).whole;
}

const tooLarge = (maxBytes: number): Failure => new Failure('payload_too_large', String(maxBytes));

/** A body that is being read. Behind its first mebibyte it waits for its turn, and stays with its client meanwhile. */
class BodyReading {
  private readonly body: ArrivingBody;
  private readonly result = Promise.withResolvers<Buffer>();
  private stopTiming: () => void = () => undefined;

  constructor(
    private readonly request: IncomingMessage,
    declaredLength: number,
    private readonly options: RequestBody,
  ) {
    this.body = new ArrivingBody(declaredLength, options.hold);
    this.startTiming();
    request.on('data', this.keep);
    request.once('end', () => {
      this.result.resolve(this.body.bytes);
    });
    request.once('close', () => {
      this.body.clear();
      this.result.reject(new Failure('malformed_request'));
    });
  }

  get whole(): Promise<Buffer> {
    return this.result.promise.finally(() => {
      this.stopTiming();
    });
  }

  private readonly keep = (part: Buffer): void => {
    const { body, options } = this;
    const before = body.length;
    try {
      if (before + part.length > options.maxBytes) throw tooLarge(options.maxBytes);
      body.add(part);
    } catch (failure) {
      this.refuse(failure as Failure);
      return;
    }
    if (before <= mebibyte && body.length > mebibyte) this.waitForTurn().catch(this.refuse);
  };

  private readonly refuse = (failure: Failure): void => {
    this.stopTiming();
    this.body.clear();
    this.request.off('data', this.keep).resume();
    this.result.reject(failure);
  };

  private async waitForTurn(): Promise<void> {
    this.stopTiming();
    this.request.pause();
    await this.options.turn();
    if (this.request.destroyed) return;
    this.body.makeRoom();
    this.startTiming();
    this.request.resume();
  }

  private startTiming(): void {
    const { body } = this;
    const before = body.length;
    this.stopTiming = timeBody(
      () => body.length - before,
      this.options.rate ?? connectionLimits,
      () => {
        this.refuse(new Failure('request_timeout'));
      },
    );
  }
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
