import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { Jobs } from '@refundry/jobs';
import { roundWarning } from '@refundry/observability';
import {
  arrayLiteral,
  forEachPage,
  forEachSettled,
  inShards,
  ReadPool,
  Shards,
  Transactions,
} from '@refundry/persistence';
import { nextRun } from './schedules.service.js';

const everyMs = 1000;
const pageSize = 100;
const maxConcurrentOrders = 4;

/** A schedule whose run is due. */
interface DueSchedule {
  readonly account: number;
  readonly step: string;
  readonly dueDate: string;
}

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
      read: (last) => this.dueAfter(last, shards),
      work: (page) => forEachSettled(page, maxConcurrentOrders, (due) => this.order(due)),
    });
  }

  private async dueAfter(last: DueSchedule | undefined, shards: readonly number[]): Promise<DueSchedule[]> {
    const rows = await this.readPool.rows({
      account: 'any',
      text: `select account_id, step, next_date from sync_schedule where next_date <= statement_timestamp()
               and ${inShards('$1')}
               and (next_date, account_id, step) > ($2::timestamptz, $3::int8, $4) order by next_date, account_id, step
                 limit ${pageSize}`,
      values: [arrayLiteral(shards), last?.dueDate ?? '-infinity', last?.account ?? 0, last?.step ?? ''],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([account, step, dueDate]) => ({
      account: Number(account),
      step: String(step),
      dueDate: String(dueDate),
    }));
  }

  /** Orders nothing while another transaction has the schedule: the change sets when it is due. */
  private async order({ account, step }: DueSchedule): Promise<void> {
    const job = await this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const [moved] = await transaction.query<[unknown[], number]>(
        `update sync_schedule set next_date = ${nextRun('every_seconds')} where (account_id, step) in (
           select account_id, step from sync_schedule where account_id = $1 and step = $2
             and next_date <= clock_timestamp() for update skip locked) returning 1`,
        [account, step],
      );
      return moved.length > 0 ? this.jobs.startWithin(transaction, { account, kind: step }) : undefined;
    });
    if (job === undefined) return;
    this.jobs.announce(account, job);
    this.logger.log({ account, step, msg: 'ordered a scheduled run' });
  }
}
