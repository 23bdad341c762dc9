import { noBytes } from './frame.js';
import { streamSilenceMs } from './signs-of-life.js';
import { partBytes, windowBytes, type StreamPart } from './stream-part.js';
import type { StreamTurns } from './stream-turns.js';
import type { Streamed } from './streamed.js';

/** One answer on its way, never more than a window ahead of its asker; or the body of a request, ahead of who takes it. */
export class OutgoingStream {
  private readonly left = new AbortController();
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  private parts = 0;
  private isComplete = false;
  private sent = 0;
  /** How many bytes may be sent in all. */
  private granted = windowBytes;
  private heardAt = 0;
  private onWord: () => void = () => undefined;

  constructor(
    private readonly answer: Streamed,
    /** When its asker stops waiting for the first part, in milliseconds since 1970. */
    private readonly deadline: number,
    private readonly maxPart: () => number,
    private readonly turns: StreamTurns,
    private readonly send: (part: StreamPart, bytes: Uint8Array) => void,
  ) {}

  /** Ends when everything is sent, or when the asker has left and the source is closed. @throws what the source throws */
  async run(): Promise<'ok' | 'left'> {
    if (this.hasLeft()) return 'left';
    const source = this.answer.source(this.left.signal)[Symbol.asyncIterator]();
    let closed: Promise<unknown> | undefined;
    this.left.signal.addEventListener('abort', () => { closed = close(source); });
    try {
      await this.drain(source);
    } catch (error) {
      // A source that is told to stop may well complain.
      if (!this.hasLeft()) throw error;
    } finally {
      this.turns.leave(this);
    }
    await closed;
    return this.hasLeft() ? 'left' : 'ok';
  }

  /** The asker can take so many bytes in all. */
  grant(bytes: number): void {
    this.heardAt = performance.now();
    if (bytes > this.granted) this.granted = bytes;
    this.onWord();
  }

  /** The asker wants no more, or is gone. */
  leave(): void {
    if (this.hasLeft()) return;
    this.left.abort();
    this.onWord();
  }

  /** An empty part. It shows that one before it was lost; where nobody is left to take it, NATS says so. */
  probe(): void {
    if (this.parts > 0 && !this.isComplete && !this.hasLeft()) this.sendPart(noBytes);
  }

  /** Sends what a slow source has given so far, and takes an asker for dead who is silent or stopped waiting. */
  lookAfter(): void {
    if (this.parts === 0) {
      if (this.deadline <= Date.now()) this.leave();
    } else if (performance.now() - this.heardAt >= streamSilenceMs) this.leave();
    else if (!this.hasLeft()) this.flush(1);
  }

  private hasLeft(): boolean {
    return this.left.signal.aborted;
  }

  private async drain(source: AsyncIterator<Uint8Array>): Promise<void> {
    for (;;) {
      if (!(await this.hasRoom())) return;
      const next = await source.next();
      await this.turns.take(this);
      if (this.hasLeft()) return;
      if (next.done) break;
      this.gather(next.value);
    }
    while (this.gatheredBytes > 0) {
      this.flush(1);
      if (this.gatheredBytes > 0 && !(await this.word())) return;
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

  /** Waits until the source may be asked for more; false when the asker has left. */
  private async hasRoom(): Promise<boolean> {
    while (this.sent + this.gatheredBytes >= this.granted) {
      this.flush(1);
      if (this.sent + this.gatheredBytes >= this.granted && !(await this.word())) return false;
    }
    return !this.hasLeft();
  }

  /** Waits for the asker's next word; false when it has left. */
  private async word(): Promise<boolean> {
    if (!this.hasLeft()) await new Promise<void>((resolve) => { this.onWord = resolve; });
    return !this.hasLeft();
  }

  /** Sends what is gathered and granted, down to a rest of less than `atLeast` bytes. */
  private flush(atLeast: number): void {
    if (this.gatheredBytes < atLeast || this.sent >= this.granted) return;
    let rest = this.gathered.length === 1 ? (this.gathered[0] as Uint8Array) : Buffer.concat(this.gathered);
    while (rest.length >= atLeast && this.sent < this.granted) {
      const bytes = rest.subarray(0, Math.min(this.maxPart(), this.granted - this.sent));
      rest = rest.subarray(bytes.length);
      this.sent += bytes.length;
      this.sendPart(bytes);
    }
    this.gathered = rest.length > 0 ? [rest] : [];
    this.gatheredBytes = rest.length;
  }

  private sendPart(bytes: Uint8Array, isLast = false): void {
    if (this.parts === 0) this.heardAt = performance.now();
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
