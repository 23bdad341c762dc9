import type { Msg } from '@nats-io/transport-node';
import type { RpcConnection } from '../transport/rpc-connection.js';
import { OutgoingStream } from './outgoing-stream.js';
import { headersOfPart, maxPartBytes } from './stream-part.js';
import { FairScheduler } from '@refundry/concurrency';
import { Streamed } from './streamed.js';

/**
 * A request's body on its way in parts to the one replica that took the request, which begins with that replica's first
 * word.
 */
export class OutgoingBody {
  private stream?: OutgoingStream;

  constructor(
    private readonly connection: RpcConnection,
    private readonly bytes: Uint8Array,
    private readonly deadline: number,
  ) {}

  get length(): number {
    return this.bytes.length;
  }

  /**
   * A heartbeat of the replica, which may say how many bytes it takes in all.
   *
   * @param inbox where NATS says that the replica is gone
   */
  onControl(control: Msg, inbox: string): void {
    if (!control.reply) return;
    this.stream ??= this.start(control, inbox);
    this.stream.grant(Number(control.string()));
  }

  probe(): void {
    this.stream?.probe();
  }

  /** Sends no more of it. */
  stop(): void {
    this.stream?.cancel();
  }

  private start(control: Msg, inbox: string): OutgoingStream {
    const stream = new OutgoingStream(
      Streamed.whole(this.bytes),
      this.deadline,
      () => maxPartBytes(this.connection.maxMessageBytes),
      new FairScheduler(),
      (part, bytes) => {
        if (this.connection.isUp) control.respond(bytes, { headers: headersOfPart(part), reply: inbox });
      },
    );
    void stream.run();
    return stream;
  }
}
