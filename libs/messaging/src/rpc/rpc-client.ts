import type { Encrypter } from '@refundry/auth';
import { mebibyte } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { currentSpan, currentTraceHeaders, timed, traced, type Outcome } from '@refundry/observability';
import { read, type ActionEndpoint, type Class, type Operation } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import { RpcConnection } from '../transport/rpc-connection.js';
import { encodeFrame, type Head } from '../transport/frame.js';
import { IncomingStream } from '../streaming/incoming-stream.js';
import { Multiplexer } from './multiplexer.js';
import { repeatingReads } from './repeated-read.js';
import { longFailureIn, readReply } from '../transport/reply.js';
import { decryptReply, encryptRequest } from './encryption.js';
import { partHeaderBytes } from '../streaming/stream-part.js';
import { clientSpan } from './rpc-span.js';

/** How one question was answered, for the metrics: a stream by its first part. */
export interface RpcCallMetrics {
  readonly service: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

interface RpcClientOptions {
  /** `nats://user:password@host:port` */
  url: string;
  name: string;
  /** How many requests may wait for their reply at once; more are refused. */
  limit: number;
  /** Whether to try until NATS is there (the default), or to fail at once. */
  waitForServer?: boolean;
  /** Given when it asks what travels encrypted. */
  encrypter?: Encrypter | undefined;
  observe?: ((asked: RpcCallMetrics) => void) | undefined;
}

/** Larger answers are not held in memory. */
const maxBufferedBytes = 64 * mebibyte;

/** Asks our services. */
export class RpcClient {
  private readonly multiplexer: Multiplexer;

  private constructor(
    private readonly connection: RpcConnection,
    private readonly limit: number,
    private readonly encrypter: Encrypter | undefined,
    private readonly observe: ((asked: RpcCallMetrics) => void) | undefined,
  ) {
    this.multiplexer = new Multiplexer(connection);
  }

  static async open({ url, name, limit, waitForServer, encrypter, observe }: RpcClientOptions): Promise<RpcClient> {
    const connection = await RpcConnection.open(url, name, waitForServer);
    const client = new RpcClient(connection, limit, encrypter, observe);
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
    const answer = await this.traceCall(subject, head, body);
    return answer instanceof IncomingStream ? bytesOf(answer) : answer;
  }

  /**
   * Sends one request and gives its answer: the bytes, or a stream where they are too many for one message or are made
   * while they are sent. The deadline is that of the first bytes; a stream has no end that could be foretold.
   *
   * @param isCancelled asked now and then until there is an answer: whether its client has disconnected, so that the
   * work stops
   * @param body as of `request`
   * @throws Failure as `request` does
   */
  exchange(
    subject: string,
    head: Head,
    isCancelled?: () => boolean,
    body?: Uint8Array,
  ): Promise<Uint8Array | IncomingStream> {
    return this.traceCall(subject, head, body, isCancelled);
  }

  /** Sends one request that nobody can read on its way, nor its answer. @throws Failure as `request` does */
  async requestEncrypted(subject: string, head: Head, body?: Uint8Array): Promise<Uint8Array> {
    const { encrypter } = this;
    if (!encrypter) throw new Error(`${subject} is asked sealed, and there is no key.`);
    const { requestId, deadline } = head;
    return decryptReply(
      encrypter,
      subject,
      await this.request(subject, { requestId, deadline }, encryptRequest(encrypter, subject, head, body)),
    );
  }

  /**
   * Asks one of our own operations, or an public action; input and answer are those of its contract. A read is repeated
   * when its replica dies.
   *
   * @param operator name of the operator whose command it is
   * @throws Failure as `request` does, and `invalid` before anything is sent
   */
  async call<In extends object, Out extends object | void>(
    endpoint: Operation<In, Out> | ActionEndpoint<In, Out>,
    input: In,
    requestId: string,
    operator?: string,
  ): Promise<Out> {
    const { subject, deadlineMs, isEncrypted, output } = endpoint;
    const head = {
      requestId,
      deadline: Date.now() + deadlineMs,
      contentType: 'application/json',
      ...(operator !== undefined && { operator }),
    };
    const body = endpoint.input && Buffer.from(JSON.stringify(read(endpoint.input, input)));
    const answer = await repeatingReads(endpoint, () =>
      isEncrypted ? this.requestEncrypted(subject, head, body) : this.request(subject, head, body),
    );
    return (output ? readAnswer(output, answer) : undefined) as Out;
  }

  async close(): Promise<void> {
    this.multiplexer.close();
    await this.connection.close();
  }

  private traceCall(
    subject: string,
    head: Head,
    body?: Uint8Array,
    isCancelled?: () => boolean,
  ): Promise<Uint8Array | IncomingStream> {
    const ask = (): Promise<Uint8Array | IncomingStream> =>
      traced(clientSpan(subject), () => this.dispatch(subject, head, body, isCancelled));
    return timed(ask, (seconds, outcome) => {
      this.observe?.({ service: subject.slice(0, subject.indexOf('.')), seconds, outcome });
    });
  }

  private async dispatch(
    subject: string,
    head: Head,
    body?: Uint8Array,
    isCancelled?: () => boolean,
  ): Promise<Uint8Array | IncomingStream> {
    const answer = await this.publish(
      subject,
      currentSpan() ? { ...head, ...currentTraceHeaders() } : head,
      body,
      isCancelled,
    );
    if (!(answer instanceof IncomingStream)) return readReply(answer);
    if (answer.head.isFailure) throw await longFailureIn(await bytesOf(answer));
    return answer;
  }

  private publish(
    subject: string,
    head: Head,
    body?: Uint8Array,
    isCancelled?: () => boolean,
  ): Promise<Msg | IncomingStream> {
    if (!this.isUp) throw new Failure('unavailable', 'NATS is away, or refuses us answers');
    if (this.multiplexer.size >= this.limit) throw new Failure('overloaded');
    const { maxMessageBytes } = this.connection;
    if (!body || body.length < maxMessageBytes) {
      const payload = encodeFrame(head, body);
      if (payload.length <= maxMessageBytes)
        return this.multiplexer.request(subject, payload, head.deadline, isCancelled);
    }
    const opening = encodeFrame(head);
    if (opening.length > maxMessageBytes - partHeaderBytes) throw new Failure('headers_too_large');
    return this.multiplexer.request(subject, opening, head.deadline, isCancelled, body);
  }
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > maxBufferedBytes)
      throw new Failure('internal', `an answer of more than ${maxBufferedBytes} bytes is not held in memory`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An answer that breaks its contract is a fault of ours, not of the caller. */
function readAnswer<Out extends object>(type: Class<Out>, answer: Uint8Array): Out {
  try {
    return read(type, JSON.parse(new TextDecoder().decode(answer)));
  } catch (error) {
    throw new Failure('internal', { cause: error });
  }
}
