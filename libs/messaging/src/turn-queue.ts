const flushAtQueued = 64;
const flushAfterMs = 1;

/**
 * Collects what one turn of the event loop wants to send and sends it together, so that it leaves in one write: the write
 * to the socket is the dearest part of a message.
 */
export class TurnQueue {
  private queued: (() => void)[] = [];
  private queuedSince = 0;

  add(send: () => void): void {
    this.flushWhenStale();
    if (this.queued.push(send) > 1) return;
    this.queuedSince = performance.now();
    setImmediate(this.flush);
  }

  readonly flush = (): void => {
    const queued = this.queued;
    this.queued = [];
    for (const send of queued) send();
  };

  /** With many ready sockets libuv polls again and again before it runs `setImmediate`, so whoever adds looks after it too. */
  private flushWhenStale(): void {
    if (this.queued.length >= flushAtQueued || (this.queued.length > 0 && performance.now() - this.queuedSince > flushAfterMs)) this.flush();
  }
}
