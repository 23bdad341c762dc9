import { noBytes } from '../transport/frame.js';
import { streamTimeoutMs } from '../transport/heartbeat.js';
import { partBytes, windowBytes, type StreamPart } from './stream-part.js';
import type { FairScheduler } from '@refundry/concurrency';
import type { Streamed } from './streamed.js';

/**
 * One answer on its way, never more than a window ahead of its client; or the body of a request, ahead of who takes it.
 */
export class OutgoingStream {
  private readonly cancellation = new AbortController();
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  private parts = 0;
  private isComplete = false;
  private sent = 0;
  /** How many bytes may be sent in all. */
  private granted = windowBytes;
  private receivedAt = 0;
  private onControl: () => void = () => undefined;

  constructor(
    private readonly answer: Streamed,
    /** When its client stops waiting for the first part, in milliseconds since 1970. */
    private readonly deadline: number,
    private readonly maxPart: () => number,
    private readonly scheduler: FairScheduler,
    private readonly send: (part: StreamPart, bytes: Uint8Array) => void,
  ) {}

  /**
   * Ends when everything is sent, or when the client has left and the source is closed. @throws what the source throws
   */
  async run(): Promise<'ok' | 'left'> {
    if (this.isCancelled()) return 'left';
    const source = this.answer.source(this.cancellation.signal)[Symbol.asyncIterator]();
    let closed: Promise<unknown> | undefined;
    this.cancellation.signal.addEventListener('abort', () => {
      closed = close(source);
    });
    try {
      await this.drain(source);
    } catch (error) {
      // A source that is told to stop may well complain.
      if (!this.isCancelled()) throw error;
    } finally {
      this.scheduler.release(this);
    }
    await closed;
    return this.isCancelled() ? 'left' : 'ok';
  }

  /** The client can take so many bytes in all. */
  grant(bytes: number): void {
    this.receivedAt = performance.now();
    if (bytes > this.granted) this.granted = bytes;
    this.onControl();
  }

  /** The client wants no more, or is gone. */
  cancel(): void {
    if (this.isCancelled()) return;
    this.cancellation.abort();
    this.onControl();
  }

  /** An empty part. It shows that one before it was lost; where nobody is left to take it, NATS says so. */
  probe(): void {
    if (this.parts > 0 && !this.isComplete && !this.isCancelled()) this.sendPart(noBytes);
  }

  /** Sends what a slow source has given so far, and takes a client for dead who is silent or stopped waiting. */
  checkTimeouts(): void {
    if (this.parts === 0) {
      if (this.deadline <= Date.now()) this.cancel();
    } else if (performance.now() - this.receivedAt >= streamTimeoutMs) this.cancel();
    else if (!this.isCancelled()) this.flush(1);
  }

  private isCancelled(): boolean {
    return this.cancellation.signal.aborted;
  }

  private async drain(source: AsyncIterator<Uint8Array>): Promise<void> {
    for (;;) {
      if (!(await this.hasRoom())) return;
      const next = await source.next();
      await this.scheduler.acquire(this);
      if (this.isCancelled()) return;
      if (next.done) break;
      this.gather(next.value);
    }
    while (this.gatheredBytes > 0) {
      await this.scheduler.acquire(this);
      this.flush(1);
      if (this.gatheredBytes > 0 && !(await this.controlled())) return;
    }
    this.sendPart(noBytes, true);
    this.isComplete = true;
  }

  private gather(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.gathered.push(bytes);
    this.gatheredBytes += bytes.length;
    // The first bytes are what a person waits for.
    this.flush(this.parts === 0 ? 1 : partBytes);
  }

  /** Waits until the source may be asked for more; false when the client has left. */
  private async hasRoom(): Promise<boolean> {
    while (this.sent + this.gatheredBytes >= this.granted) {
      await this.scheduler.acquire(this);
      this.flush(1);
      if (this.sent + this.gatheredBytes >= this.granted && !(await this.controlled())) return false;
    }
    return !this.isCancelled();
  }

  /** Waits for the client's next word; false when it has left. */
  private async controlled(): Promise<boolean> {
    this.scheduler.release(this);
    if (!this.isCancelled())
      await new Promise<void>((resolve) => {
        this.onControl = resolve;
      });
    return !this.isCancelled();
  }

  /** Sends what is gathered and granted, down to a rest of less than `atLeast` bytes. */
  private flush(atLeast: number): void {
    if (this.gatheredBytes < atLeast || this.sent >= this.granted) return;
    while (this.gatheredBytes >= atLeast && this.sent < this.granted) {
      const bytes = this.take(Math.min(this.maxPart(), this.granted - this.sent, this.gatheredBytes));
      this.sent += bytes.length;
      this.sendPart(bytes);
    }
  }

  /**
   * The first so many of the gathered bytes. A piece may have megabytes, so that they are not put together all at once.
   */
  private take(length: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let missing = length; missing > 0;) {
      const first = this.gathered[0] as Uint8Array;
      const piece = first.subarray(0, missing);
      pieces.push(piece);
      missing -= piece.length;
      if (piece.length === first.length) this.gathered.shift();
      else this.gathered[0] = first.subarray(piece.length);
    }
    this.gatheredBytes -= length;
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  }

  private sendPart(bytes: Uint8Array, isLast = false): void {
    if (this.parts === 0) this.receivedAt = performance.now();
    const number = this.parts++;
    this.send({ number, ...(number === 0 && { head: this.answer.head }), ...(isLast && { isLast }) }, bytes);
  }
}

async function close(source: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    await source.return?.();
  } catch {
    // It was told to stop and has stopped.
  }
}
