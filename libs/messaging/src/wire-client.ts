import { Failure, read, type Class, type Operation } from '@refundry/resource';
import { WireConnection } from './connection.js';
import { encodeFrame, type Head } from './frame.js';
import { Multiplexer } from './multiplexer.js';
import { readReply } from './reply.js';

interface WireClientOptions {
  /** `nats://user:password@host:port` */
  url: string;
  name: string;
  /** How many requests may wait for their reply at once; more are refused. */
  limit: number;
  /** Whether to try until NATS is there (the default), or to fail at once. */
  waitForServer?: boolean;
}

/** Asks our services. */
export class WireClient {
  private readonly multiplexer: Multiplexer;

  private constructor(
    private readonly connection: WireConnection,
    private readonly limit: number,
  ) {
    this.multiplexer = new Multiplexer(connection);
  }

  static async open({ url, name, limit, waitForServer }: WireClientOptions): Promise<WireClient> {
    return new WireClient(await WireConnection.open(url, name, waitForServer), limit);
  }

  get isUp(): boolean {
    return this.connection.isUp;
  }

  /**
   * Sends one request and gives the bytes of its answer.
   *
   * @throws Failure the service's own, `unavailable` at once when nobody listens or NATS is away, `overloaded`,
   * `deadline_exceeded`
   */
  async request(subject: string, head: Head, body?: Uint8Array): Promise<Uint8Array> {
    if (!this.connection.isUp) throw new Failure('unavailable', 'NATS is away');
    if (this.multiplexer.size >= this.limit) throw new Failure('overloaded');
    const payload = encodeFrame(head, body);
    if (payload.length > this.connection.largestMessage) throw new Failure('headers_too_large');
    return readReply(await this.multiplexer.request(subject, payload, head.deadline));
  }

  /**
   * Asks one of our own operations; input and answer are those of its contract.
   *
   * @throws Failure as `request` does, and `invalid` before anything is sent
   */
  async ask<In extends object, Out extends object | void>(operation: Operation<In, Out>, input: In, requestId: string): Promise<Out> {
    const head = { requestId, deadline: Date.now() + operation.deadlineMs };
    const answer = await this.request(operation.subject, head, Buffer.from(JSON.stringify(read(operation.input, input))));
    return (operation.output ? readAnswer(operation.output, answer) : undefined) as Out;
  }

  async close(): Promise<void> {
    this.multiplexer.close();
    await this.connection.close();
  }
}

/** An answer that breaks its contract is a fault of ours, not of whoever asked us. */
function readAnswer<Out extends object>(type: Class<Out>, answer: Uint8Array): Out {
  try {
    return read(type, JSON.parse(new TextDecoder().decode(answer)));
  } catch (error) {
    throw new Failure('internal', '', undefined, { cause: error });
  }
}
