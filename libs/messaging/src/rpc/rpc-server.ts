import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Encrypter } from '@refundry/auth';
import { ConcurrencyLimiter, mebibyte, noteShortWork } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { continued, noteFailure, type Outcome } from '@refundry/observability';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';
import { declaredLength } from '../streaming/declared-body.js';
import { RpcConnection } from '../transport/rpc-connection.js';
import { decodeFrame, type Frame, type Head } from '../transport/frame.js';
import { IncomingBodies } from '../streaming/incoming-bodies.js';
import { longBody, LongBodyQueues } from './long-body-queues.js';
import { OutgoingStreams } from '../streaming/outgoing-streams.js';
import { ReplicaInbox } from '../transport/replica-inbox.js';
import type { KeptSubscription } from '../transport/kept-subscription.js';
import { headersOf, Reply, sendHeartbeat } from '../transport/reply.js';
import { decryptRequest, encryptReply } from './encryption.js';
import { heartbeatMs } from '../transport/heartbeat.js';
import { Streamed } from '../streaming/streamed.js';
import { WriteBatcher } from '../transport/write-batcher.js';
import { serverSpan } from './rpc-span.js';

/** Their windows together are an eighth of what NATS holds for one client before it cuts it off. */
const maxConcurrentStreams = 64;

const bodyBytes = { maxPerBody: 16 * mebibyte, max: 64 * mebibyte };

/** The part of a replica's places that one account may take. */
const accountsPart = 1 / 4;
const shared = (max: number): ConcurrencyLimiter =>
  new ConcurrencyLimiter({ max, maxPerKey: Math.ceil(max * accountsPart) });

/** The outcome of one request, for the metrics. */
export interface RpcRequestMetrics {
  readonly subject: string;
  readonly seconds: number;
  readonly outcome: RpcOutcome;
}

/** `left`: the client of a stream did not want all of it. */
type RpcOutcome = Outcome | 'left';

interface RpcServerOptions {
  /** `nats://user:password@host:port` */
  url: string;
  /** The service's name: its queue group, so that one replica answers. */
  name: string;
  /** How many requests may be worked on at once, a quarter of them for one account; more are refused. */
  limit: number;
  /**
   * How many of them may be answered with a stream at once, 64 unless it is said, a quarter of them for one account;
   * more are refused.
   */
  streamLimit?: number;
  /**
   * Of bodies too large for one message: how many bytes each may have, and all that are held at once, half of them for
   * one account; 16 and 64 MiB unless it is said. Shorter ones over 64 KiB have as much room of their own.
   */
  bodyLimits?: { maxPerBody: number; max: number };
  /** How long running requests may take to finish at shutdown. */
  graceMs: number;
  observe: (handled: RpcRequestMetrics) => void;
  /** Given when a handler is asked encrypted. */
  encrypter?: Encrypter | undefined;
}

/**
 * Nest's transport for our RPC: `@Handles` methods are asked over NATS and answer with bytes.
 *
 * A plain custom strategy: Nest's own `ServerNats` keeps its subscriptions private, hides missing responders, and loses
 * replies that are too large (docs/adr/0003).
 */
export class RpcServer extends Server implements CustomTransportStrategy {
  private connection?: RpcConnection;
  private streams?: OutgoingStreams;
  private bodies?: IncomingBodies;
  private readonly subscriptions: KeptSubscription[] = [];
  /** The requests being worked on, and what releases the slot of each. */
  private readonly inFlight = new Map<Msg, (() => void) | undefined>();
  private readonly limiter: ConcurrencyLimiter;
  /** Those of them that have gone on since the last heartbeat. */
  private lingering = new Set<Msg>();
  private readonly longBodies = new LongBodyQueues();
  private heartbeats?: NodeJS.Timeout;
  private readonly replies = new WriteBatcher();
  private whenIdle?: () => void;
  /** Milliseconds by which the senders of requests were ahead of us at the most, since it was last read. */
  private callersAheadMs = -Infinity;

  constructor(private readonly options: RpcServerOptions) {
    super();
    this.limiter = shared(options.limit);
  }

  /** Whether requests reach us: NATS is there and grants every subscription. */
  get isUp(): boolean {
    return this.connection?.isReady ?? false;
  }

  get requestsInFlight(): number {
    return this.inFlight.size;
  }

  /**
   * Reads how far the clock of the caller that is farthest ahead is ahead of ours, by the requests since it was last
   * read.
   *
   * @returns seconds, less the time of the fastest request on its way; undefined where there was none
   */
  readCallerSkew(): number | undefined {
    const ms = this.callersAheadMs;
    this.callersAheadMs = -Infinity;
    return Number.isFinite(ms) ? ms / 1000 : undefined;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.connection = await RpcConnection.open(this.options.url, this.options.name);
    } catch (error) {
      callback(error);
      return;
    }
    const subjects = new ReplicaInbox(this.connection, this.options.name);
    this.bodies = new IncomingBodies(this.connection, subjects, this.options.bodyLimits ?? bodyBytes);
    this.streams = new OutgoingStreams(
      this.connection,
      subjects,
      shared(this.options.streamLimit ?? maxConcurrentStreams),
    );
    for (const [subject, handler] of this.messageHandlers) {
      this.subscriptions.push(
        this.connection.subscribe({
          subject,
          queue: this.options.name,
          onMessage: (message) => {
            void this.receiveRequest(handler, message);
          },
        }),
      );
    }
    await this.connection.judged();
    this.heartbeats = setInterval(() => {
      this.sendHeartbeats();
    }, heartbeatMs).unref();
    callback();
  }

  /** Takes no new requests, lets the running ones finish, closes. */
  async close(): Promise<void> {
    if (!this.connection) return;
    this.logger.log({ msg: 'no new requests are taken', inFlight: this.inFlight.size });
    // Without a connection there is nothing to drain, and nobody who would say that it is done.
    if (this.connection.isUp) await Promise.allSettled(this.subscriptions.map((subscription) => subscription.drain()));
    if (this.inFlight.size > 0) await this.idleOrGrace();
    if (this.inFlight.size > 0) this.logger.warn({ msg: 'requests are given up', inFlight: this.inFlight.size });
    clearInterval(this.heartbeats);
    this.bodies?.close();
    this.streams?.close();
    // By then the requests whose bodies fail are answered.
    await nextTurn();
    this.replies.flush();
    if (this.connection.isUp) await this.connection.nats.flush();
    await this.connection.close();
  }

  on(): never {
    throw new Error('The wire has no events of its own.');
  }

  unwrap(): never {
    throw new Error('The wire keeps its connection to itself.');
  }

  private async receiveRequest(handler: MessageHandler, message: Msg): Promise<void> {
    const startedAt = performance.now();
    this.inFlight.set(message, undefined);
    try {
      const frame = this.frameIn(message);
      const outcome = await continued(frame?.head ?? {}, serverSpan(message.subject), () =>
        this.invoke(handler, message, frame),
      );
      this.options.observe({ subject: message.subject, seconds: (performance.now() - startedAt) / 1000, outcome });
    } finally {
      this.inFlight.get(message)?.();
      this.inFlight.delete(message);
      this.bodies?.release(message);
      if (this.inFlight.size === 0) this.whenIdle?.();
    }
  }

  private frameIn(message: Msg): Frame | undefined {
    try {
      const frame = decodeFrame(message.data);
      if (frame.sentAt !== undefined) this.callersAheadMs = Math.max(this.callersAheadMs, frame.sentAt - Date.now());
      return frame;
    } catch (error) {
      this.logger.error({ err: error, subject: message.subject });
      return undefined;
    }
  }

  private async invoke(handler: MessageHandler, message: Msg, frame: Frame | undefined): Promise<RpcOutcome> {
    const outcome = await this.respondTo(handler, message, frame);
    if (outcome !== 'ok' && outcome !== 'left') noteFailure(outcome);
    return outcome;
  }

  private async respondTo(handler: MessageHandler, message: Msg, frame: Frame | undefined): Promise<RpcOutcome> {
    if (!frame) return this.refuse(message, new Failure('internal'));
    const result = await this.replyFrom(handler, message, frame);
    const answer = result instanceof Failure ? await Reply.longFailure(result) : result;
    const outcome = result instanceof Failure ? result.code : 'ok';
    if (answer instanceof Streamed || answer.size > this.maxMessageBytes)
      return this.stream(message, answer, outcome, frame.head);
    this.respond(message, answer);
    return outcome;
  }

  private async replyFrom(handler: MessageHandler, message: Msg, frame: Frame): Promise<Reply | Streamed | Failure> {
    try {
      // Its caller has stopped waiting: no work is started for nobody.
      if (frame.head.deadline <= Date.now()) return new Failure('deadline_exceeded');
      this.inFlight.set(message, this.limiter.acquire(frame.head.caller?.account));
      const complete = await this.complete(frame, message);
      if (complete.body.length <= longBody) noteShortWork();
      return await this.longBodies.run(frame.head.caller?.account, complete.body.length, () =>
        this.handle(handler, message.subject, complete),
      );
    } catch (error) {
      if (error instanceof Failure && error.code !== 'internal') return error;
      this.logger.error({ err: error, requestId: frame.head.requestId });
      return new Failure('internal');
    }
  }

  private async handle(handler: MessageHandler, subject: string, frame: Frame): Promise<Reply | Streamed | Failure> {
    // It may have waited.
    if (frame.head.deadline <= Date.now()) return new Failure('deadline_exceeded');
    return isEncrypted(handler) ? this.replyEncrypted(handler, subject, frame) : callHandler(handler, frame);
  }

  private async replyEncrypted(
    handler: MessageHandler,
    subject: string,
    { body }: Frame,
  ): Promise<Reply | Streamed | Failure> {
    const { encrypter } = this.options;
    if (!encrypter) throw new Error(`${subject} is asked sealed, and there is no key.`);
    const reply = await callHandler(handler, decryptRequest(encrypter, subject, body));
    return reply instanceof Reply && !reply.failed ? new Reply(encryptReply(encrypter, subject, reply.body)) : reply;
  }

  /** @throws Failure as `IncomingBodies.receive` and `hold` do */
  private async complete({ head, body }: Frame, message: Msg): Promise<Frame> {
    const length = declaredLength(message);
    if (length !== undefined) return { head, body: (await this.bodies?.receive(message, length, head)) ?? body };
    if (body.length > longBody) this.bodies?.hold(message, body.length, head);
    return { head, body };
  }

  private refuse(message: Msg, failure: Failure): Outcome {
    this.respond(message, Reply.failure(failure));
    return failure.code;
  }

  private respond(message: Msg, reply: Reply): void {
    this.replies.add(
      () => {
        if (this.connection?.isUp) message.respond(reply.body, headersOf(reply));
      },
      (error) => {
        this.logger.error({ err: error, subject: message.subject });
      },
    );
  }

  /**
   * Answers that don't fit one message: the errors of a large batch too. @returns the outcome, or that its client left
   * a success
   */
  private async stream(message: Msg, answer: Reply | Streamed, outcome: Outcome, head: Head): Promise<RpcOutcome> {
    try {
      const end = await this.streams?.send(message, streamOf(answer), head);
      return outcome === 'ok' ? (end ?? 'left') : outcome;
    } catch (error) {
      if (error instanceof Failure && error.code !== 'internal') return this.refuse(message, error);
      this.logger.error({ err: error, requestId: head.requestId });
      return this.refuse(message, new Failure('internal'));
    }
  }

  private get maxMessageBytes(): number {
    return this.connection?.maxMessageBytes ?? 0;
  }

  private sendHeartbeats(): void {
    for (const message of this.lingering)
      if (this.inFlight.has(message)) sendHeartbeat(message, this.streams?.subjectOf(message));
    this.lingering = new Set(this.inFlight.keys());
  }

  private async idleOrGrace(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.whenIdle = resolve;
    const grace = setTimeout(resolve, this.options.graceMs);
    await promise;
    clearTimeout(grace);
  }
}

function streamOf(answer: Reply | Streamed): Streamed {
  if (answer instanceof Streamed) return answer;
  const { body, failed } = answer;
  return Streamed.whole(body, failed ? { isFailure: true } : {});
}

/** The properties of a handler's endpoint that the server needs. */
export interface HandlerExtras extends Record<string, unknown> {
  readonly isEncrypted: boolean;
}

const isEncrypted = ({ extras }: MessageHandler): boolean =>
  (extras as HandlerExtras | undefined)?.isEncrypted ?? false;

/** Observables appear only where somebody adds an interceptor; they cost 8 % of the throughput. */
async function callHandler(handler: MessageHandler, frame: Frame): Promise<Reply | Streamed | Failure> {
  const reply: unknown = await handler(frame);
  return (isObservable(reply) ? await lastValueFrom(reply) : reply) as Reply | Streamed | Failure;
}
