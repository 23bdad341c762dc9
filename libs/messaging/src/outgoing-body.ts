import type { Msg } from '@nats-io/transport-node';
import type { WireConnection } from './connection.js';
import { OutgoingStream } from './outgoing-stream.js';
import { headersOfPart, largestPart } from './stream-part.js';
import { StreamTurns } from './stream-turns.js';
import { Streamed } from './streamed.js';

/** A request's body on its way in parts to the one replica that took the request, which begins with that replica's first word. */
export class OutgoingBody {
  private stream?: OutgoingStream;

  constructor(
    private readonly connection: WireConnection,
    private readonly bytes: Uint8Array,
    private readonly deadline: number,
  ) {}

  get length(): number {
    return this.bytes.length;
  }

  /**
   * A sign of life of the replica, which may say how many bytes it takes in all.
   *
   * @param inbox where NATS says that the replica is gone
   */
  hear(word: Msg, inbox: string): void {
    if (!word.reply) return;
    this.stream ??= this.start(word, inbox);
    this.stream.grant(Number(word.string()));
  }

  probe(): void {
    this.stream?.probe();
  }

  /** Sends no more of it. */
  stop(): void {
    this.stream?.leave();
  }

  private start(word: Msg, inbox: string): OutgoingStream {
    const stream = new OutgoingStream(Streamed.whole(this.bytes), this.deadline, () => largestPart(this.connection.largestMessage), new StreamTurns(), (part, bytes) => {
      if (this.connection.isUp) word.respond(bytes, { headers: headersOfPart(part), reply: inbox });
    });
    void stream.run();
    return stream;
  }
}
