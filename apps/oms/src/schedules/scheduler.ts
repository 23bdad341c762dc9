import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { Jobs } from '@refundry/jobs';
import { roundWarning } from '@refundry/observability';
import { forEachPage, forEachSettled, ReadPool, Shards, Transactions } from '@refundry/persistence';
import { dueAfter, moveOn, type DueSchedule } from './due-schedules.sql.js';

const everyMs = 1000;
const pageSize = 100;
const maxConcurrentOrders = 4;

/**
 * Orders all runs that are due, for the accounts of this replica's shards. A schedule is moved on in the transaction
 * that orders its run.
 */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Scheduler');
  private readonly task = new PeriodicTask((signal) => this.orderDue(signal), everyMs, roundWarning(this.logger));

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly shards: Shards,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async orderDue(signal: AbortSignal): Promise<void> {
    const shards = this.shards.held;
    if (!this.readPool.isUp || shards.length === 0) return;
    await forEachPage<DueSchedule>({
      pageSize,
      signal,
      read: (last) => dueAfter(this.readPool, { shards, last, pageSize }),
      work: (page) => forEachSettled(page, maxConcurrentOrders, (due) => this.order(due)),
    });
  }

  /** Orders nothing while another transaction has the schedule: the change sets when it is due. */
  private async order(due: DueSchedule): Promise<void> {
    const { account, step } = due;
    const job = await this.transactions.run({ account, isBackground: true }, async (transaction) =>
      (await moveOn(transaction, due)) ? this.jobs.startWithin(transaction, { account, kind: step }) : undefined,
    );
    if (job === undefined) return;
    this.jobs.announce(account, job);
    this.logger.log({ account, step, msg: 'ordered a scheduled run' });
  }
}
