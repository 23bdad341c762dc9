import type { Logger } from '@nestjs/common';
import { JobLost, type JobRun } from './job-run.js';

/** Heartbeats in a lease. The lease may be long, but an abort has to be noticed soon. */
const renewalsPerLease = 3;
const maxPauseMs = 1000;

/** Renews the lease of a job that is worked on, one renewal after the other, and stops the run when the job is lost. */
export class LeaseRenewer {
  private readonly stopped = new AbortController();
  private readonly renewing: Promise<void>;

  constructor(
    private readonly run: JobRun,
    private readonly leaseMs: number,
    private readonly logger: Logger,
  ) {
    this.renewing = this.renew();
  }

  /** Waits for the renewal that is on its way: it must not take back what is done with the job afterwards. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.renewing;
  }

  private async renew(): Promise<void> {
    let renewedAt = performance.now();
    while (await this.pause()) {
      const askedAt = performance.now();
      try {
        await this.run.renewLease();
        renewedAt = askedAt;
      } catch (error) {
        this.logger.warn({
          account: this.run.account,
          job: this.run.job.id,
          err: error,
          msg: 'a lease was not renewed',
        });
        // While PostgreSQL is away nobody else can take the job either; after the lease somebody might have.
        if (error instanceof JobLost || performance.now() - renewedAt > this.leaseMs) this.run.stop(new JobLost());
      }
    }
  }

  /** False when it has been stopped, or has nothing left to renew. */
  private pause(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const over = AbortSignal.any([this.stopped.signal, this.run.signal]);
    if (over.aborted) return Promise.resolve(false);
    const timer = setTimeout(
      () => {
        resolve(true);
      },
      Math.min(maxPauseMs, this.leaseMs / renewalsPerLease),
    ).unref();
    over.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve(false);
      },
      { once: true },
    );
    return promise;
  }
}
