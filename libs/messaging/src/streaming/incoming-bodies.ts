import { ConcurrencyLimiter } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import type { Msg } from '@nats-io/transport-node';
import type { RpcConnection } from '../transport/rpc-connection.js';
import type { Head } from '../transport/frame.js';
import { IncomingStream } from './incoming-stream.js';
import type { ReplicaInbox } from '../transport/replica-inbox.js';
import { sendHeartbeat } from '../transport/reply.js';
import { heartbeatMs } from '../transport/heartbeat.js';
import { windowBytes } from './stream-part.js';

const checkTimeoutsMs = 100;

/** One account's part of the room for bodies that came with their requests: four accounts leave room for a fifth. */
const shorterPart = 3 / 16;

interface HeldBody {
  /** Undefined for a body that came with its request. */
  readonly stream?: IncomingStream;
  readonly deadline: number;
  readonly release: () => void;
}

interface BodyLimits {
  /** Bytes of one body. */
  readonly maxPerBody: number;
  /** Bytes of all that are held at once. */
  readonly max: number;
}

/**
 * The bodies that a replica holds until their requests are answered: those that follow their requests in parts, and the
 * longer ones of those that came with them.
 */
export class IncomingBodies {
  private readonly bodies = new Map<Msg, HeldBody>();
  /** Of bytes. */
  private readonly limiter: ConcurrencyLimiter;
  /** Of bytes of bodies that came with their requests, which find room beside any number of larger ones. */
  private readonly shorterLimiter: ConcurrencyLimiter;
  private readonly timer: NodeJS.Timeout;
  private readonly heartbeats: NodeJS.Timeout;

  constructor(
    private readonly connection: RpcConnection,
    private readonly subjects: ReplicaInbox,
    private readonly limits: BodyLimits,
  ) {
    this.limiter = new ConcurrencyLimiter({ max: limits.max, maxPerKey: Math.max(limits.maxPerBody, limits.max / 2) });
    this.shorterLimiter = new ConcurrencyLimiter({ max: limits.max, maxPerKey: limits.max * shorterPart });
    subjects.onCancel((inbox) => {
      this.failWhere(([{ reply }]) => reply === inbox, 'unavailable');
    });
    connection.onDown(() => {
      this.failAll();
    });
    this.timer = setInterval(() => {
      this.checkTimeouts();
    }, checkTimeoutsMs).unref();
    this.heartbeats = setInterval(() => {
      for (const { stream } of this.bodies.values()) stream?.grant();
    }, heartbeatMs).unref();
  }

  /**
   * The whole body. It counts as held until it is released.
   *
   * @param length what was announced
   * @throws Failure `payload_too_large`, `overloaded` or `busy_account` before anything is sent, `deadline_exceeded`,
   *   and `unavailable` when it did not come as it was sent
   */
  async receive(request: Msg, length: number, { deadline, caller }: Head): Promise<Uint8Array> {
    if (length > this.limits.maxPerBody) throw new Failure('payload_too_large', String(this.limits.maxPerBody));
    const release = this.limiter.acquire(caller?.account, length);
    const body = Buffer.allocUnsafeSlow(length);
    const stream = this.open(request);
    this.bodies.set(request, { stream, deadline, release });
    stream.grant();
    await fill(body, stream);
    return body;
  }

  /** Counts a body that came with its request. @throws Failure `overloaded` or `busy_account` */
  hold(request: Msg, length: number, { deadline, caller }: Head): void {
    this.bodies.set(request, { deadline, release: this.shorterLimiter.acquire(caller?.account, length) });
  }

  release(request: Msg): void {
    this.bodies.get(request)?.release();
    this.bodies.delete(request);
  }

  /** Incomplete bodies fail. */
  close(): void {
    clearInterval(this.timer);
    clearInterval(this.heartbeats);
    this.failAll();
  }

  private open(request: Msg): IncomingStream {
    const reply = this.subjects.open((message) => {
      stream.receive(message);
    });
    const sendControl = (control: string): void => {
      if (this.connection.isUp) sendHeartbeat(request, reply, control);
    };
    const stream = new IncomingStream(
      {},
      sendControl,
      () => windowBytes,
      () => {
        this.subjects.close(reply);
      },
    );
    return stream;
  }

  private checkTimeouts(): void {
    this.failWhere(([, { deadline }]) => deadline <= Date.now(), 'deadline_exceeded');
    for (const { stream } of this.bodies.values()) stream?.checkTimeouts();
  }

  private failAll(): void {
    this.failWhere(() => true, 'unavailable');
  }

  private failWhere(condition: (one: [Msg, HeldBody]) => boolean, code: 'unavailable' | 'deadline_exceeded'): void {
    for (const one of this.bodies) if (condition(one)) one[1].stream?.destroy(new Failure(code));
  }
}

/** @throws Failure `unavailable` when there is more or less of it than there is room for */
async function fill(body: Uint8Array, stream: AsyncIterable<Uint8Array>): Promise<void> {
  let length = 0;
  for await (const bytes of stream) {
    if (length + bytes.length > body.length)
      throw new Failure('unavailable', 'more of the body came than was announced');
    body.set(bytes, length);
    length += bytes.length;
  }
  if (length < body.length) throw new Failure('unavailable', 'less of the body came than was announced');
}
