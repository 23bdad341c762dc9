import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Failure, type FailureCode } from '@refundry/errors';
import { mediaTypes } from '@refundry/resource';
import { dialectOf } from '../families/dialects.js';
import { renderRejection } from '../families/rejection.js';
import { maxHeaders } from './connection-limits.js';
import { EventLoopDelay } from './event-loop-delay.js';
import { RateLimitedQueue } from './rate-limited-queue.js';
import { onFinished } from './on-finished.js';

/** A refusal within 100 ms is worth more to a client than an answer at some time. */
const maxWaitMs = 75;
/** Refusing is work too, which answers would wait for: the client's next request comes with it. */
const refusals = { batchSize: 20, intervalMs: 10 };
const maxQueued = 5000;
/** Made once: where thousands a second are refused, the stack of each would cost a twentieth of our time. */
const overloaded = new Failure('overloaded');
const headersTooLarge = new Failure('headers_too_large');

const health = /^\/health(?:\/|$)/;

/** Health checks are never rejected. */
export const isHealth = ({ url = '' }: IncomingMessage): boolean => health.test(url);

interface LoadShedderOptions {
  /** How many requests may be under way at once. */
  readonly inFlight: number;
  readonly onRefused: (code: FailureCode) => void;
}

interface QueuedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Passes it to the listener that would have had it without a guard. */
  readonly handle: () => void;
  readonly refuse: (failure: Failure) => void;
}

interface WaitingRequest extends QueuedRequest {
  readonly timer: NodeJS.Timeout;
}

/**
 * Stands before everything that a server does with a request, the router too: what is more than can be worked on waits
 * for a moment, in the order it came, and is then refused, as soon as there is time for it. So a client that asks again
 * at once is slowed down, and refusals, which aren't free, leave time for answers (docs/adr/0028).
 */
export class LoadShedder {
  private inFlight = 0;
  private readonly waiting = new Set<WaitingRequest>();
  /** Requests that have waited long enough: let in only where nobody else waits. */
  private readonly expired = new RateLimitedQueue<QueuedRequest>({
    ...refusals,
    process: ({ refuse }) => {
      refuse(overloaded);
    },
  });
  private readonly eventLoopDelay = new EventLoopDelay();
  private readonly releases = new WeakMap<IncomingMessage, () => void>();

  constructor(private readonly options: LoadShedderOptions) {}

  watch(server: Server): void {
    const handlers = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.receive({
        request,
        response,
        handle: () => {
          for (const handler of handlers) handler.call(server, request, response);
        },
        refuse: (failure) => {
          this.options.onRefused(failure.code);
          answerRefusal(request, response, failure);
        },
      });
    });
  }

  /** Lets somebody else have the request's place: all that is left to do is to refuse it. */
  releaseEarly(request: IncomingMessage): void {
    this.releases.get(request)?.();
  }

  /**
   * Gives a request that gave way a place again, as soon as there is one.
   *
   * @throws Failure `overloaded`; `deadline_exceeded` when its client leaves
   */
  readmit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return new Promise((resolve, reject) => {
      onFinished(request, response, () => {
        reject(new Failure('deadline_exceeded'));
      });
      this.admit({ request, response, handle: resolve, refuse: reject });
    });
  }

  private receive(queued: QueuedRequest): void {
    if (isHealth(queued.request)) queued.handle();
    else if (queued.request.rawHeaders.length > maxHeaders * 2) queued.refuse(headersTooLarge);
    else this.admit(queued);
  }

  private admit(queued: QueuedRequest): void {
    if (this.admitQueued()) this.begin(queued);
    else if (this.waiting.size + this.expired.size < maxQueued) this.wait(queued);
    else queued.refuse(overloaded);
  }

  private get hasRoom(): boolean {
    return this.inFlight < this.options.inFlight && !this.eventLoopDelay.isHigh;
  }

  private begin({ request, response, handle }: QueuedRequest): void {
    this.inFlight += 1;
    const release = (): void => {
      if (!this.releases.delete(request)) return;
      this.inFlight -= 1;
      this.admitQueued();
    };
    this.releases.set(request, release);
    onFinished(request, response, release);
    handle();
  }

  private wait(queued: QueuedRequest): void {
    const timer = setTimeout(() => {
      this.waiting.delete(waiting);
      this.expired.add(queued);
    }, maxWaitMs);
    const waiting = { ...queued, timer };
    this.waiting.add(waiting);
  }

  /** Lets in those who wait, as far as there is room. @returns whether there is still some */
  private admitQueued(): boolean {
    while (this.hasRoom) {
      const next = this.nextWaiting();
      if (!next) break;
      if (!next.request.socket.destroyed) this.begin(next);
    }
    return this.hasRoom;
  }

  private nextWaiting(): QueuedRequest | undefined {
    const [first] = this.waiting;
    if (!first) return this.expired.shift();
    this.waiting.delete(first);
    clearTimeout(first.timer);
    return first;
  }
}

function answerRefusal(request: IncomingMessage, response: ServerResponse, failure: Failure): void {
  const { status, headers: ofStatus, body: rendered } = renderRejection(failure, dialectOf(request.url ?? ''));
  const body = JSON.stringify(rendered);
  const headers = {
    'content-type': mediaTypes.json,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-request-id': randomUUID(),
    ...ofStatus,
  };
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
}
