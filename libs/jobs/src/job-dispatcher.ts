import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Msg } from '@nats-io/transport-node';
import { SpanKind } from '@opentelemetry/api';
import { PeriodicTask } from '@refundry/concurrency';
import { continued, ThrottledWarning, roundWarning, type SpanDescription } from '@refundry/observability';
import { ReadPool } from '@refundry/persistence';
import { JobBacklog } from './job-backlog.js';
import type { ClaimableJob } from './job-claims.js';
import { JobWorker } from './job-worker.js';
import { WakeUps, type WakeUp } from './wake-ups.js';

const sweepEveryMs = 1000;
/** Within it the wake-up of a job that was ordered just now is on its way, and tells whose trace it belongs to. */
const wakeUpMs = 1000;

/**
 * Brings jobs to the worker: those that a wake-up names, and those that a sweep of the table finds without a lease. A
 * worker slot that becomes free takes the next job at once.
 */
@Injectable()
export class JobDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('JobDispatcher');
  private readonly sweeps = new PeriodicTask(() => this.sweep(), sweepEveryMs, roundWarning(this.logger));
  private readonly failure = new ThrottledWarning((error) => {
    this.logger.warn({ err: error, msg: 'could not read claimable jobs' });
  });
  private readonly working = new Set<Promise<void>>();
  private stopReceiving: (() => void) | undefined;

  constructor(
    private readonly worker: JobWorker,
    private readonly backlog: JobBacklog,
    private readonly wakeUps: WakeUps,
    private readonly readPool: ReadPool,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeps.start();
    this.stopReceiving = this.wakeUps.receive((message) => void this.wake(message));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopReceiving?.();
    await Promise.all([this.sweeps.stop(), ...this.working]);
  }

  /** Jobs may take hours: a sweep waits for none. */
  private sweep(): Promise<void> {
    if (this.readPool.isUp) for (let slot = this.worker.freeSlots; slot > 0; slot--) this.workOff(wakeUpMs);
    return Promise.resolve();
  }

  /** Works in one slot until there is no job left that it could take. */
  private workOff(graceMs: number): void {
    const working = this.workPasses(graceMs)
      .catch((error: unknown) => {
        this.failure.failed(error as Error);
      })
      .finally(() => this.working.delete(working));
    this.working.add(working);
  }

  private async workPasses(graceMs: number): Promise<void> {
    let hasWorked = await this.workPass(graceMs);
    while (hasWorked) hasWorked = await this.workPass(0);
    this.failure.recovered();
  }

  /** @returns whether it got a job: then others may have become claimable meanwhile */
  private async workPass(graceMs: number): Promise<boolean> {
    let hasWorked = false;
    while (this.worker.freeSlots > 0) {
      const job = await this.backlog.next(graceMs);
      if (!job) break;
      hasWorked = (await this.claim(job)) || hasWorked;
    }
    return hasWorked;
  }

  private async claim({ account, id }: ClaimableJob): Promise<boolean> {
    try {
      return await this.worker.claim(account, id);
    } catch (error) {
      this.logger.warn({ account, job: id, err: error, msg: 'could not claim a job' });
      return false;
    }
  }

  /**
   * Each wake-up reaches one replica; a job that no slot was free for is found by the next slot that is, wherever it
   * is.
   */
  private async wake(message: Msg): Promise<void> {
    try {
      const { account, job, ...trace } = message.json<WakeUp>();
      const hasWorked = await continued(
        trace,
        () => wakeUpSpan(message.subject),
        () => this.worker.claim(account, job),
      );
      if (hasWorked) this.workOff(0);
    } catch (error) {
      // If the message is lost, the sweep finds the job.
      this.logger.warn({ err: error, msg: 'a wake-up came to nothing' });
    }
  }
}

const wakeUpSpan = (subject: string): SpanDescription => ({
  name: `process ${subject}`,
  kind: SpanKind.CONSUMER,
  attributes: {
    'messaging.system': 'nats',
    'messaging.operation.type': 'process',
    'messaging.destination.name': subject,
  },
});
