const flushAtQueued = 64;
const flushAfterMs = 1;

interface QueuedWrite {
  readonly send: () => void;
  readonly onFailed: (error: Error) => void;
}

/**
 * Batches the messages of one turn of the event loop into one write: the write to the socket is the dearest part of a
 * message.
 */
export class WriteBatcher {
  private queued: QueuedWrite[] = [];
  private queuedSince = 0;

  /** @param onFailed called when `send` throws; the others are sent all the same */
  add(send: () => void, onFailed: (error: Error) => void): void {
    this.flushWhenStale();
    if (this.queued.push({ send, onFailed }) > 1) return;
    this.queuedSince = performance.now();
    setImmediate(this.flush);
  }

  readonly flush = (): void => {
    const queued = this.queued;
    this.queued = [];
    for (const { send, onFailed } of queued) {
      try {
        send();
      } catch (error) {
        onFailed(error as Error);
      }
    }
  };

  /** With many ready sockets libuv polls again and again before it runs `setImmediate`, so `add` flushes too. */
  private flushWhenStale(): void {
    if (
      this.queued.length >= flushAtQueued ||
      (this.queued.length > 0 && performance.now() - this.queuedSince > flushAfterMs)
    )
      this.flush();
  }
}
