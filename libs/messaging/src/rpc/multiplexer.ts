import { Failure } from '@refundry/errors';
import type { Msg } from '@nats-io/transport-node';
import { headersOfBody } from '../streaming/declared-body.js';
import type { RpcConnection } from '../transport/rpc-connection.js';
import type { IncomingStream } from '../streaming/incoming-stream.js';
import { IncomingStreams } from '../streaming/incoming-streams.js';
import { OutgoingBody } from '../streaming/outgoing-body.js';
import { isHeartbeat } from '../transport/reply.js';
import { heartbeatTimeoutMs } from '../transport/heartbeat.js';
import { cancelSubject } from '../transport/replica-inbox.js';
import { partOf } from '../streaming/stream-part.js';
import { WriteBatcher } from '../transport/write-batcher.js';

interface Pending {
  readonly subject: string;
  readonly deadline: number;
  /** Whether the client that the answer is for has disconnected. */
  readonly isCancelled: (() => boolean) | undefined;
  /** The body that follows the request in parts. */
  readonly body: OutgoingBody | undefined;
  /**
   * Until when, by the monotonic clock, nothing need be heard of it; a service at work gives heartbeats
   * (`sendHeartbeat`).
   */
  heartbeatDueAt: number;
  resolve(reply: Msg | IncomingStream): void;
  reject(failure: Failure): void;
}

const sweepMs = 50;
/** A sweep that comes so late found our own event loop standing. */
const standstillMs = 500;

/** The replica that took the request is dead, or was never reached; it may have done what it was asked to. */
export class HeartbeatTimeout extends Failure {
  constructor() {
    super('unavailable', 'the service fell silent');
  }
}

/**
 * One inbox for all requests of a connection. Unlike nats.js's own `request()` it makes no timer, no Error and no
 * promise race for each of them, writes what one turn of the event loop asked for in one go, and fails what is pending
 * at once when the connection drops (docs/adr/0003).
 */
export class Multiplexer {
  private readonly pending = new Map<string, Pending>();
  private readonly streams: IncomingStreams;
  private readonly queue = new WriteBatcher();
  private nextId = 0;
  private sweptAt = performance.now();
  private readonly sweep: NodeJS.Timeout;

  constructor(private readonly connection: RpcConnection) {
    this.streams = new IncomingStreams(connection);
    const prefix = `${connection.inbox}.`;
    connection.subscribe({
      subject: `${prefix}*`,
      onMessage: (message) => {
        this.receive(message.subject.slice(prefix.length), message);
      },
      onRefused: () => {
        this.failAll();
      },
    });
    connection.onDown(() => {
      this.failAll();
    });
    connection.onPublishingRefused((subject) => {
      this.failWhere(
        (pending) => pending.subject === subject,
        () => new Failure('unavailable'),
      );
    });
    this.sweep = setInterval(() => {
      this.dropCancelled();
      this.failWhere(
        ({ deadline }) => deadline <= Date.now(),
        () => new Failure('deadline_exceeded'),
      );
      this.failTimedOut();
      for (const { body } of this.pending.values()) body?.probe();
      this.streams.checkTimeouts();
    }, sweepMs).unref();
  }

  /** How many requests wait for their reply. */
  get size(): number {
    return this.pending.size;
  }

  /**
   * The answer: one message, or the stream that it begins.
   *
   * @param isCancelled asked now and then while there is no answer
   * @param bytes a body that follows the request in parts
   * @throws HeartbeatTimeout; Failure `unavailable` when the connection drops, `deadline_exceeded` when time is
   * up or its client has disconnected
   */
  request(
    subject: string,
    payload: Uint8Array,
    deadline: number,
    isCancelled?: () => boolean,
    bytes?: Uint8Array,
  ): Promise<Msg | IncomingStream> {
    return new Promise((resolve, reject) => {
      const id = (this.nextId++).toString(36);
      const body = bytes && new OutgoingBody(this.connection, bytes, deadline);
      this.pending.set(id, {
        subject,
        deadline,
        isCancelled,
        body,
        heartbeatDueAt: performance.now() + heartbeatTimeoutMs,
        resolve,
        reject,
      });
      this.queue.add(
        () => {
          // A connection that dropped meanwhile has failed the request already.
          if (this.connection.isUp)
            this.connection.nats.publish(subject, payload, {
              reply: this.inboxOf(id),
              ...(body && { headers: headersOfBody(body.length) }),
            });
        },
        (error) => {
          this.removePending(id)?.reject(new Failure('unavailable', { cause: error }));
        },
      );
    });
  }

  close(): void {
    clearInterval(this.sweep);
    this.failAll();
    this.streams.close();
  }

  private receive(id: string, message: Msg): void {
    const pending = this.pending.get(id);
    if (!pending) this.streams.receive(id, message);
    else if (!message.headers) this.removePending(id)?.resolve(message);
    else if (isHeartbeat(message)) {
      pending.heartbeatDueAt = performance.now() + heartbeatTimeoutMs;
      pending.body?.onControl(message, this.inboxOf(id));
    } else {
      const opening = partOf(message);
      this.removePending(id)?.resolve(opening ? this.streams.open(id, message, opening) : message);
    }
  }

  private removePending(id: string): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.body?.stop();
    return pending;
  }

  private failWhere(condition: (pending: Pending) => boolean, failure: () => Failure): void {
    for (const [id, pending] of this.pending) if (condition(pending)) this.removePending(id)?.reject(failure());
  }

  /** Behind a standstill of our own, what was said meanwhile is still to be read. */
  private failTimedOut(): void {
    const now = performance.now();
    const stoodStill = now - this.sweptAt > standstillMs;
    this.sweptAt = now;
    if (!stoodStill)
      this.failWhere(
        ({ heartbeatDueAt }) => heartbeatDueAt <= now,
        () => new HeartbeatTimeout(),
      );
  }

  private failAll(): void {
    this.failWhere(
      () => true,
      () => new Failure('unavailable'),
    );
    this.streams.fail();
  }

  /** A stream that has not begun has no subject of its own, so all replicas are notified. */
  private dropCancelled(): void {
    for (const [id, { subject, isCancelled }] of this.pending) {
      if (!isCancelled?.()) continue;
      this.removePending(id)?.reject(new Failure('deadline_exceeded'));
      const [service = ''] = subject.split('.', 1);
      if (this.connection.isUp) this.connection.nats.publish(cancelSubject(service), this.inboxOf(id));
    }
  }

  private inboxOf(id: string): string {
    return `${this.connection.inbox}.${id}`;
  }
}
