import type { Logger } from '@nestjs/common';
import { ThrottledWarning, untraced } from '@refundry/resource';

/**
 * Runs a task periodically: after a pause, or at once on `triggerNow()`. A failed run is followed by the next one.
 */
export class PeriodicTask {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> | undefined;
  private nextPauseMs = 0;
  private stopped = new AbortController();
  private readonly warning: ThrottledWarning;

  /** @param round receives a signal that is aborted when the task stops */
  constructor(
    private readonly round: (signal: AbortSignal) => Promise<void>,
    private readonly pauseMs: number,
    logger: Logger,
  ) {
    this.stopped.abort();
    this.warning = new ThrottledWarning((error) => {
      logger.warn({ err: error, msg: 'a round failed and is tried again' });
    });
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
      this.running = untraced(() => this.run());
    }, ms).unref();
  }

  private async run(): Promise<void> {
    this.nextPauseMs = this.pauseMs;
    try {
      await this.round(this.stopped.signal);
      this.warning.recovered();
    } catch (error) {
      this.warning.failed(error as Error);
    }
    this.running = undefined;
    this.schedule(this.nextPauseMs);
  }
}
