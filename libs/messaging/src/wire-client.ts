import type { Vault } from '@refundry/auth';
import { currentSpan, currentTraceHeaders, Failure, read, timed, traced, type ActionEndpoint, type Class, type Operation, type Outcome } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import { WireConnection } from './connection.js';
import { encodeFrame, type Head } from './frame.js';
import { IncomingStream } from './incoming-stream.js';
import { Multiplexer } from './multiplexer.js';
import { repeatingReads } from './repeated-read.js';
import { failureIn, readReply } from './reply.js';
import { openAnswer, sealRequest } from './seal.js';
import { partHeaderBytes } from './stream-part.js';
import { askerSpan } from './wire-span.js';

/** How one question was answered, for the metrics: a stream by its first part. */
export interface Asked {
  readonly service: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

interface WireClientOptions {
  /** `nats://user:password@host:port` */
  url: string;
  name: string;
  /** How many requests may wait for their reply at once; more are refused. */
  limit: number;
  /** Whether to try until NATS is there (the default), or to fail at once. */
  waitForServer?: boolean;
  /** Given when it asks what travels sealed. */
  vault?: Vault | undefined;
  observe?: ((asked: Asked) => void) | undefined;
}

/** What is larger than this is not held in memory. */
const largestWhole = 64 * 1024 * 1024;

/** Asks our services. */
export class WireClient {
  private readonly multiplexer: Multiplexer;

  private constructor(
    private readonly connection: WireConnection,
    private readonly limit: number,
    private readonly vault: Vault | undefined,
    private readonly observe: ((asked: Asked) => void) | undefined,
  ) {
    this.multiplexer = new Multiplexer(connection);
  }

  static async open({ url, name, limit, waitForServer, vault, observe }: WireClientOptions): Promise<WireClient> {
    const connection = await WireConnection.open(url, name, waitForServer);
    const client = new WireClient(connection, limit, vault, observe);
    await connection.judged();
    return client;
  }

  /** Whether services can be asked: NATS is there and lets us hear their answers. */
  get isUp(): boolean {
    return this.connection.isReady;
  }

  /**
   * Sends one request and gives the bytes of its answer, all of them, up to 64 MiB.
   *
   * @param body must not change before there is an answer
   * @throws Failure the service's own, `unavailable` at once when nobody listens or NATS is away, `overloaded`,
   * `deadline_exceeded`, `payload_too_large` when the service holds no body of that length
   */
  async request(subject: string, head: Head, body?: Uint8Array): Promise<Uint8Array> {
    const answer = await this.answered(subject, head, body);
    return answer instanceof IncomingStream ? wholeOf(answer) : answer;
  }

  /**
   * Sends one request and gives its answer: the bytes, or a stream where they are too many for one message or are made
   * while they are sent. The deadline is that of the first bytes; a stream has no end that could be foretold.
   *
   * @param hasLeft asked now and then until there is an answer: whether whoever it is for has left, so that the work stops
   * @param body as of `request`
   * @throws Failure as `request` does
   */
  answer(subject: string, head: Head, hasLeft?: () => boolean, body?: Uint8Array): Promise<Uint8Array | IncomingStream> {
    return this.answered(subject, head, body, hasLeft);
  }

  /** Sends one request that nobody can read on its way, nor its answer. @throws Failure as `request` does */
  async requestSealed(subject: string, head: Head, body?: Uint8Array): Promise<Uint8Array> {
    const { vault } = this;
    if (!vault) throw new Error(`${subject} is asked sealed, and there is no key.`);
    const { requestId, deadline } = head;
    return openAnswer(vault, subject, await this.request(subject, { requestId, deadline }, sealRequest(vault, subject, head, body)));
  }

  /**
   * Asks one of our own operations, or an open action; input and answer are those of its contract. A read is repeated when its replica dies.
   *
   * @throws Failure as `request` does, and `invalid` before anything is sent
   */
  async ask<In extends object, Out extends object | void>(endpoint: Operation<In, Out> | ActionEndpoint<In, Out>, input: In, requestId: string): Promise<Out> {
    const { subject, deadlineMs, isSealed, output } = endpoint;
    const head = { requestId, deadline: Date.now() + deadlineMs, contentType: 'application/json' };
    const body = endpoint.input && Buffer.from(JSON.stringify(read(endpoint.input, input)));
    const answer = await repeatingReads(endpoint, () => (isSealed ? this.requestSealed(subject, head, body) : this.request(subject, head, body)));
    return (output ? readAnswer(output, answer) : undefined) as Out;
  }

  async close(): Promise<void> {
    this.multiplexer.close();
    await this.connection.close();
  }

  private answered(subject: string, head: Head, body?: Uint8Array, hasLeft?: () => boolean): Promise<Uint8Array | IncomingStream> {
    const ask = (): Promise<Uint8Array | IncomingStream> => traced(askerSpan(subject), () => this.opened(subject, head, body, hasLeft));
    return timed(ask, (seconds, outcome) => { this.observe?.({ service: subject.slice(0, subject.indexOf('.')), seconds, outcome }); });
  }

  private async opened(subject: string, head: Head, body?: Uint8Array, hasLeft?: () => boolean): Promise<Uint8Array | IncomingStream> {
    const answer = await this.send(subject, currentSpan() ? { ...head, ...currentTraceHeaders() } : head, body, hasLeft);
    if (!(answer instanceof IncomingStream)) return readReply(answer);
    if (answer.head.isFailure) throw failureIn(await wholeOf(answer));
    return answer;
  }

  private send(subject: string, head: Head, body?: Uint8Array, hasLeft?: () => boolean): Promise<Msg | IncomingStream> {
    if (!this.isUp) throw new Failure('unavailable', 'NATS is away, or refuses us answers');
    if (this.multiplexer.size >= this.limit) throw new Failure('overloaded');
    const { largestMessage } = this.connection;
    if (!body || body.length < largestMessage) {
      const payload = encodeFrame(head, body);
      if (payload.length <= largestMessage) return this.multiplexer.request(subject, payload, head.deadline, hasLeft);
    }
    const opening = encodeFrame(head);
    if (opening.length > largestMessage - partHeaderBytes) throw new Failure('headers_too_large');
    return this.multiplexer.request(subject, opening, head.deadline, hasLeft, body);
  }
}

async function wholeOf(stream: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > largestWhole) throw new Failure('internal', `an answer of more than ${largestWhole} bytes is not held in memory`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An answer that breaks its contract is a fault of ours, not of whoever asked us. */
function readAnswer<Out extends object>(type: Class<Out>, answer: Uint8Array): Out {
  try {
    return read(type, JSON.parse(new TextDecoder().decode(answer)));
  } catch (error) {
    throw new Failure('internal', '', undefined, { cause: error });
  }
}
