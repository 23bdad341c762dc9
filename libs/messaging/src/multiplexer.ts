import { Failure } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import { headersOfBody } from './announced-body.js';
import type { WireConnection } from './connection.js';
import type { IncomingStream } from './incoming-stream.js';
import { IncomingStreams } from './incoming-streams.js';
import { OutgoingBody } from './outgoing-body.js';
import { isStillWorking } from './reply.js';
import { silenceMs } from './signs-of-life.js';
import { leaversSubject, partOf } from './stream-part.js';
import { TurnQueue } from './turn-queue.js';

interface Pending {
  readonly subject: string;
  readonly deadline: number;
  /** Whether whoever the answer is for has left. */
  readonly hasLeft: (() => boolean) | undefined;
  /** What follows the request in parts. */
  readonly body: OutgoingBody | undefined;
  /** Until when, by the monotonic clock, nothing need be heard of it; a service at work gives signs of life (`stillWorking`). */
  quietUntil: number;
  resolve(reply: Msg | IncomingStream): void;
  reject(failure: Failure): void;
}

const sweepMs = 50;
/** A sweep that comes so late found our own event loop standing. */
const standstillMs = 500;

/** Whoever took the request is dead, or was never reached; it may have done what it was asked to. */
export class FellSilent extends Failure {
  constructor() {
    super('unavailable', 'the service fell silent');
  }
}

/**
 * One inbox for all requests of a connection. Unlike nats.js's own `request()` it makes no timer, no Error and no promise
 * race for each of them, writes what one turn of the event loop asked for in one go, and fails what is pending at once
 * when the connection drops (docs/adr/0003).
 */
export class Multiplexer {
  private readonly pending = new Map<string, Pending>();
  private readonly streams: IncomingStreams;
  private readonly queue = new TurnQueue();
  private nextId = 0;
  private sweptAt = performance.now();
  private readonly sweep: NodeJS.Timeout;

  constructor(private readonly connection: WireConnection) {
    this.streams = new IncomingStreams(connection);
    const prefix = `${connection.inbox}.`;
    connection.subscribe({
      subject: `${prefix}*`,
      onMessage: (message) => { this.receive(message.subject.slice(prefix.length), message); },
      onRefused: () => { this.failAll(); },
    });
    connection.onDown(() => { this.failAll(); });
    connection.onPublishingRefused((subject) => { this.failWhere((pending) => pending.subject === subject, () => new Failure('unavailable')); });
    this.sweep = setInterval(() => {
      this.forgetLeavers();
      this.failWhere(({ deadline }) => deadline <= Date.now(), () => new Failure('deadline_exceeded'));
      this.failSilent();
      for (const { body } of this.pending.values()) body?.probe();
      this.streams.lookAfter();
    }, sweepMs).unref();
  }

  /** How many requests wait for their reply. */
  get size(): number {
    return this.pending.size;
  }

  /**
   * The answer: one message, or the stream that it begins.
   *
   * @param hasLeft asked now and then while there is no answer
   * @param bytes a body that follows the request in parts
   * @throws FellSilent; Failure `unavailable` when the connection drops, `deadline_exceeded` when time is
   * up or whoever it is for has left
   */
  request(subject: string, payload: Uint8Array, deadline: number, hasLeft?: () => boolean, bytes?: Uint8Array): Promise<Msg | IncomingStream> {
    return new Promise((resolve, reject) => {
      const id = (this.nextId++).toString(36);
      const body = bytes && new OutgoingBody(this.connection, bytes, deadline);
      this.pending.set(id, { subject, deadline, hasLeft, body, quietUntil: performance.now() + silenceMs, resolve, reject });
      this.queue.add(() => {
        // A connection that dropped meanwhile has failed the request already.
        if (this.connection.isUp) this.connection.nats.publish(subject, payload, { reply: this.inboxOf(id), ...(body && { headers: headersOfBody(body.length) }) });
      }, (error) => { this.take(id)?.reject(new Failure('unavailable', '', undefined, { cause: error })); });
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
    else if (!message.headers) this.take(id)?.resolve(message);
    else if (isStillWorking(message)) {
      pending.quietUntil = performance.now() + silenceMs;
      pending.body?.hear(message, this.inboxOf(id));
    } else {
      const opening = partOf(message);
      this.take(id)?.resolve(opening ? this.streams.open(id, message, opening) : message);
    }
  }

  private take(id: string): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.body?.stop();
    return pending;
  }

  private failWhere(condition: (pending: Pending) => boolean, failure: () => Failure): void {
    for (const [id, pending] of this.pending) if (condition(pending)) this.take(id)?.reject(failure());
  }

  /** Behind a standstill of our own, what was said meanwhile is still to be read. */
  private failSilent(): void {
    const now = performance.now();
    const stoodStill = now - this.sweptAt > standstillMs;
    this.sweptAt = now;
    if (!stoodStill) this.failWhere(({ quietUntil }) => quietUntil <= now, () => new FellSilent());
  }

  private failAll(): void {
    this.failWhere(() => true, () => new Failure('unavailable'));
    this.streams.fail();
  }

  /** What a service has not begun to send has no subject of its own yet, so all its replicas are told. */
  private forgetLeavers(): void {
    for (const [id, { subject, hasLeft }] of this.pending) {
      if (!hasLeft?.()) continue;
      this.take(id)?.reject(new Failure('deadline_exceeded'));
      const [service = ''] = subject.split('.', 1);
      if (this.connection.isUp) this.connection.nats.publish(leaversSubject(service), this.inboxOf(id));
    }
  }

  private inboxOf(id: string): string {
    return `${this.connection.inbox}.${id}`;
  }
}
