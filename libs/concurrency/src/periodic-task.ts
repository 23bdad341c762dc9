import { AsyncLocalStorage } from 'node:async_hooks';

/** Learns how rounds end. */
interface RoundObserver {
  failed(error: Error): void;
  recovered(): void;
}

/**
 * Runs a task periodically: after a pause, or at once on `triggerNow()`. A failed run is followed by the next one. A
 * round is no part of the request that triggers it: it runs in the asynchronous context that the task was made in.
 */
export class PeriodicTask {
  private readonly inOwnContext = AsyncLocalStorage.snapshot();
  private timer?: NodeJS.Timeout;
  private running: Promise<void> | undefined;
  private nextPauseMs = 0;
  private stopped = new AbortController();

  /** @param round receives a signal that is aborted when the task stops */
  constructor(
    private readonly round: (signal: AbortSignal) => Promise<void>,
    private readonly pauseMs: number,
    private readonly observer: RoundObserver,
  ) {
    this.stopped.abort();
  }

  start(): void {
    this.stopped = new AbortController();
    this.schedule(0);
  }

  /** Waits for the round that runs. */
  async stop(): Promise<void> {
    this.stopped.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** A round now, or right after the one that runs. */
  triggerNow(): void {
    this.nextPauseMs = 0;
    if (!this.running) this.schedule(0);
  }

  private schedule(ms: number): void {
    if (this.stopped.signal.aborted) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.running = this.inOwnContext(() => this.run());
    }, ms).unref();
  }

  private async run(): Promise<void> {
    this.nextPauseMs = this.pauseMs;
    try {
      await this.round(this.stopped.signal);
      this.observer.recovered();
    } catch (error) {
      this.observer.failed(error as Error);
    }
    this.running = undefined;
    this.schedule(this.nextPauseMs);
  }
}
