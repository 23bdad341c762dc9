import { Failure } from '@refundry/resource';
import type { Msg } from '@nats-io/transport-node';
import type { WireConnection } from './connection.js';
import { isStillWorking } from './reply.js';
import { TurnQueue } from './turn-queue.js';

interface Pending {
  readonly deadline: number;
  /** Until when, by the monotonic clock, nothing need be heard of it; a service at work gives signs of life (`stillWorking`). */
  quietUntil: number;
  resolve(reply: Msg): void;
  reject(failure: Failure): void;
}

const sweepMs = 50;
/** A service that is silent for so long is taken for dead. */
const silenceMs = 6000;

/**
 * One inbox for all requests of a connection. Unlike nats.js's own `request()` it makes no timer, no Error and no promise
 * race for each of them, writes what one turn of the event loop asked for in one go, and fails what is pending at once
 * when the connection drops (docs/adr/0003).
 */
export class Multiplexer {
  private readonly pending = new Map<string, Pending>();
  private readonly queue = new TurnQueue();
  private nextId = 0;
  private readonly sweep: NodeJS.Timeout;

  constructor(private readonly connection: WireConnection) {
    const prefix = `${connection.inbox}.`;
    connection.nats.subscribe(`${prefix}*`, {
      callback: (error, message) => {
        if (error) this.failWhere(() => true, 'unavailable');
        else this.receive(message.subject.slice(prefix.length), message);
      },
    });
    connection.onDown(() => {
      this.failWhere(() => true, 'unavailable');
    });
    this.sweep = setInterval(() => {
      this.failWhere(({ deadline }) => deadline <= Date.now(), 'deadline_exceeded');
      this.failWhere(({ quietUntil }) => quietUntil <= performance.now(), 'unavailable');
    }, sweepMs).unref();
  }

  /** How many requests wait for their reply. */
  get size(): number {
    return this.pending.size;
  }

  /** @throws Failure `unavailable` when the connection drops or the service falls silent, `deadline_exceeded` when time is up */
  request(subject: string, payload: Uint8Array, deadline: number): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const id = (this.nextId++).toString(36);
      this.pending.set(id, { deadline, quietUntil: performance.now() + silenceMs, resolve, reject });
      this.queue.add(() => {
        // A connection that dropped meanwhile has failed the request already.
        if (this.connection.isUp) this.connection.nats.publish(subject, payload, { reply: `${this.connection.inbox}.${id}` });
      });
    });
  }

  close(): void {
    clearInterval(this.sweep);
    this.failWhere(() => true, 'unavailable');
  }

  private receive(id: string, message: Msg): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    if (isStillWorking(message)) pending.quietUntil = performance.now() + silenceMs;
    else this.take(id)?.resolve(message);
  }

  private take(id: string): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  private failWhere(condition: (pending: Pending) => boolean, code: 'unavailable' | 'deadline_exceeded'): void {
    for (const [id, pending] of this.pending) if (condition(pending)) this.take(id)?.reject(new Failure(code));
  }
}
