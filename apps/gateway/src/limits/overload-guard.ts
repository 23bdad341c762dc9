import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Failure, mediaTypes, type FailureCode } from '@refundry/resource';
import { dialectOf } from '../dialects/dialects.js';
import { splitUrl } from '../http/admitted-request.js';
import { retryAfterSeconds } from '../http/answers.js';
import { mostHeaders } from './connection-limits.js';
import { EventLoopLateness } from './event-loop-lateness.js';
import { PacedQueue } from './paced-queue.js';
import { whenOver } from './when-over.js';

/** A refusal within 100 ms is worth more to a client than an answer at some time. */
const longestWaitMs = 75;
/** Refusing is work too, which answers would wait for: the client's next request comes with it. */
const refusals = { inTurn: 20, turnMs: 10 };
const mostWaiting = 5000;
/** Made once: where thousands a second are refused, the stack of each would cost a twentieth of our time. */
const overloaded = new Failure('overloaded');
const headersTooLarge = new Failure('headers_too_large');

const health = /^\/health(?:\/|$)/;

/** Whoever asks how we are is never refused. */
export const isHealth = ({ url = '' }: IncomingMessage): boolean => health.test(url);

interface OverloadOptions {
  /** How many requests may be under way at once. */
  readonly inFlight: number;
  readonly onRefused: (code: FailureCode) => void;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Gives it to whoever would have had it without a guard. */
  readonly handle: () => void;
  readonly refuse: (failure: Failure) => void;
}

interface Waiting extends Asked {
  readonly timer: NodeJS.Timeout;
}

/**
 * Stands before everything that a server does with a request, the router too: what is more than can be worked on waits for
 * a moment, in the order it came, and is then refused, as soon as there is time for it. Whoever asks again at once is so slowed
 * down as well, and refusals, which aren't free, leave time for answers (docs/adr/0028).
 */
export class OverloadGuard {
  private underWay = 0;
  private readonly waiting = new Set<Waiting>();
  /** What has waited long enough: let in only where nobody else waits. */
  private readonly overdue = new PacedQueue<Asked>({ ...refusals, take: ({ refuse }) => { refuse(overloaded); } });
  private readonly lateness = new EventLoopLateness();
  private readonly places = new WeakMap<IncomingMessage, () => void>();

  constructor(private readonly options: OverloadOptions) {}

  watch(server: Server): void {
    const handlers = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.receive({
        request, response,
        handle: () => { for (const handler of handlers) handler.call(server, request, response); },
        refuse: (failure) => {
          this.options.onRefused(failure.code);
          answerRefusal(request, response, failure);
        },
      });
    });
  }

  /** Lets somebody else have the request's place: all that is left to do is to refuse it. */
  giveWay(request: IncomingMessage): void {
    this.places.get(request)?.();
  }

  /** Gives a request that gave way a place again, as soon as there is one. @throws Failure `overloaded`; `deadline_exceeded` when its client leaves */
  readmit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return new Promise((resolve, reject) => {
      whenOver(request, response, () => { reject(new Failure('deadline_exceeded')); });
      this.admit({ request, response, handle: resolve, refuse: reject });
    });
  }

  private receive(asked: Asked): void {
    if (isHealth(asked.request)) asked.handle();
    else if (asked.request.rawHeaders.length > mostHeaders * 2) asked.refuse(headersTooLarge);
    else this.admit(asked);
  }

  private admit(asked: Asked): void {
    if (this.letIn()) this.begin(asked);
    else if (this.waiting.size + this.overdue.size < mostWaiting) this.wait(asked);
    else asked.refuse(overloaded);
  }

  private get hasRoom(): boolean {
    return this.underWay < this.options.inFlight && !this.lateness.isLasting;
  }

  private begin({ request, response, handle }: Asked): void {
    this.underWay += 1;
    const giveBack = (): void => {
      if (!this.places.delete(request)) return;
      this.underWay -= 1;
      this.letIn();
    };
    this.places.set(request, giveBack);
    whenOver(request, response, giveBack);
    handle();
  }

  private wait(asked: Asked): void {
    const timer = setTimeout(() => {
      this.waiting.delete(waiting);
      this.overdue.add(asked);
    }, longestWaitMs);
    const waiting = { ...asked, timer };
    this.waiting.add(waiting);
  }

  /** Lets in those who wait, as far as there is room. @returns whether there is still some */
  private letIn(): boolean {
    while (this.hasRoom) {
      const next = this.nextWaiting();
      if (!next) break;
      if (!next.request.socket.destroyed) this.begin(next);
    }
    return this.hasRoom;
  }

  private nextWaiting(): Asked | undefined {
    const [first] = this.waiting;
    if (!first) return this.overdue.shift();
    this.waiting.delete(first);
    clearTimeout(first.timer);
    return first;
  }
}

function answerRefusal(request: IncomingMessage, response: ServerResponse, failure: Failure): void {
  const body = JSON.stringify(dialectOf(splitUrl(request.url ?? '').path).render(failure));
  const headers = { 'content-type': mediaTypes.json, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'x-request-id': randomUUID(), ...(failure.status === 503 && { 'retry-after': retryAfterSeconds }) };
  response.writeHead(failure.status, headers).end(request.method === 'HEAD' ? undefined : body);
}
