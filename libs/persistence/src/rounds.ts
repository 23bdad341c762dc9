import type { Logger } from '@nestjs/common';
import { RepeatedTrouble, untraced } from '@refundry/resource';

/**
 * Work that is done again and again: after a pause, or at once when somebody asks for it. A round that fails is followed by
 * the next one all the same.
 */
export class Rounds {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> | undefined;
  private nextPauseMs = 0;
  private ended = new AbortController();
  private readonly trouble: RepeatedTrouble;

  /** @param round is given a signal that is aborted when the rounds end */
  constructor(
    private readonly round: (signal: AbortSignal) => Promise<void>,
    private readonly pauseMs: number,
    logger: Logger,
  ) {
    this.ended.abort();
    this.trouble = new RepeatedTrouble((error) => { logger.warn({ err: error, msg: 'a round failed and is tried again' }); });
  }

  begin(): void {
    this.ended = new AbortController();
    this.schedule(0);
  }

  /** Waits for the round that runs. */
  async end(): Promise<void> {
    this.ended.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** A round now, or right after the one that runs. */
  poke(): void {
    this.nextPauseMs = 0;
    if (!this.running) this.schedule(0);
  }

  private schedule(ms: number): void {
    if (this.ended.signal.aborted) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.running = untraced(() => this.run()); }, ms).unref();
  }

  private async run(): Promise<void> {
    this.nextPauseMs = this.pauseMs;
    try {
      await this.round(this.ended.signal);
      this.trouble.over();
    } catch (error) {
      this.trouble.met(error as Error);
    }
    this.running = undefined;
    this.schedule(this.nextPauseMs);
  }
}
