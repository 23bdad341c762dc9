import type { Msg } from '@nats-io/transport-node';
import type { RpcConnection } from '../transport/rpc-connection.js';
import { IncomingStream } from './incoming-stream.js';
import { heartbeatMs } from '../transport/heartbeat.js';
import { minWindowBytes, cancelControl, windowBytes, type StreamPart } from './stream-part.js';

/** The streams that a connection's requests are answered with, by the id of the request. */
export class IncomingStreams {
  private readonly streams = new Map<string, IncomingStream>();
  private readonly heartbeats: NodeJS.Timeout;

  constructor(private readonly connection: RpcConnection) {
    this.heartbeats = setInterval(() => {
      for (const stream of this.streams.values()) stream.grant();
    }, heartbeatMs).unref();
  }

  open(id: string, message: Msg, opening: StreamPart): IncomingStream {
    const { reply: control = '' } = message;
    // If the replica is gone, NATS itself says so to our inbox.
    const sendControl = (body: string): void => {
      this.publishControl(control, body, { reply: `${this.connection.inbox}.${id}` });
    };
    const stream = new IncomingStream(
      opening.head ?? {},
      sendControl,
      () => this.window,
      () => {
        this.streams.delete(id);
      },
    );
    this.streams.set(id, stream);
    stream.receive(message);
    return stream;
  }

  /** A message to no pending request: of a stream, or to somebody who has left and must say so again. */
  receive(id: string, message: Msg): void {
    const stream = this.streams.get(id);
    if (stream) stream.receive(message);
    else if (message.reply) this.publishControl(message.reply, cancelControl);
  }

  checkTimeouts(): void {
    for (const stream of this.streams.values()) stream.checkTimeouts();
  }

  fail(): void {
    for (const stream of this.streams.values()) stream.fail();
  }

  close(): void {
    clearInterval(this.heartbeats);
    this.fail();
  }

  /** Short answers come behind what is on its way to us, so the streams share that. */
  private get window(): number {
    return Math.max(minWindowBytes, Math.floor(windowBytes / this.streams.size));
  }

  private publishControl(subject: string, body: string, options?: { reply: string }): void {
    if (this.connection.isUp) this.connection.nats.publish(subject, body, options);
  }
}
