import { Readable } from 'node:stream';
import { Failure } from '@refundry/errors';
import type { Msg } from '@nats-io/transport-node';
import { isHeartbeat, readReply } from '../transport/reply.js';
import { streamTimeoutMs } from '../transport/heartbeat.js';
import { cancelControl, partBytes, partOf, windowBytes } from './stream-part.js';
import type { StreamHead } from './streamed.js';

/**
 * A consumer that takes nothing for so long, although there is something, keeps the service's database from its work.
 */
const stallMs = 60_000;

/**
 * Bytes that are still coming: an answer that is being made, or the body of a request. It holds a window of them at
 * most; more come as they are read. To destroy it, or to leave its loop, stops the sender. It fails with `unavailable`
 * when the sender dies or a part is lost.
 */
export class IncomingStream extends Readable {
  private readonly queue: Uint8Array[] = [];
  private parts = 0;
  private taken = 0;
  private granted = windowBytes;
  private isWanted = false;
  private isComplete = false;
  private receivedAt = performance.now();
  private takenAt = performance.now();

  /**
   * @param tell says something to the sender
   * @param window how many bytes may come before any are taken, which may change with the number of streams
   */
  constructor(
    readonly head: StreamHead,
    private readonly sendControl: (control: string) => void,
    private readonly window: () => number,
    private readonly onGone: () => void,
  ) {
    super({ highWaterMark: partBytes });
    // Its reader sees its failure; a failure before that must not end the process.
    this.on('error', () => undefined);
  }

  receive(message: Msg): void {
    if (this.isComplete) return;
    this.receivedAt = performance.now();
    if (isHeartbeat(message)) return;
    try {
      const bytes = readReply(message);
      const part = partOf(message);
      if (part?.number !== this.parts++) throw new Failure('unavailable', 'a part of the stream was lost');
      if (this.queue.length === 0) this.takenAt = this.receivedAt;
      if (bytes.length > 0) this.queue.push(bytes);
      this.isComplete = part.isLast ?? false;
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    if (this.isWanted) this.pass();
  }

  /** Says how many bytes may come, which is also a heartbeat. */
  grant(): void {
    if (!this.isComplete) this.sendControl(String(this.granted));
  }

  /** There is nobody left to send the rest. */
  fail(): void {
    if (!this.isComplete) this.destroy(new Failure('unavailable'));
  }

  /** Gives up a sender that is silent and a consumer that takes nothing. */
  checkTimeouts(): void {
    const now = performance.now();
    if (now - this.receivedAt >= streamTimeoutMs) this.fail();
    if (this.queue.length > 0 && now - this.takenAt >= stallMs)
      this.destroy(new Failure('deadline_exceeded', 'nobody reads'));
  }

  override _read(): void {
    this.isWanted = true;
    this.pass();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.queue.length = 0;
    if (!this.isComplete) this.sendControl(cancelControl);
    this.onGone();
    callback(error);
  }

  private pass(): void {
    while (this.isWanted) {
      const bytes = this.queue.shift();
      if (!bytes) break;
      this.taken += bytes.length;
      this.takenAt = performance.now();
      this.isWanted = this.push(bytes);
    }
    if (this.isComplete && this.queue.length === 0) this.push(null);
    else if (this.taken + this.window() / 2 >= this.granted) {
      this.granted = this.taken + this.window();
      this.grant();
    }
  }
}
