import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Jobs } from '@refundry/jobs';
import { allSettled, Lane, Rounds, Transactions } from '@refundry/persistence';
import { nextRun } from './schedules.service.js';

const everyMs = 1000;
const atOnce = 5;
/** Orders the runs that are due. Every replica looks; whoever moves a schedule on first orders its run. */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Scheduler');
  private readonly rounds = new Rounds(() => this.orderDue(), everyMs, this.logger);

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  private async orderDue(): Promise<void> {
    if (!this.lane.isUp) return;
    const due = await this.lane.rows({ account: 'any', text: `select account_id, step from sync_schedule where next_date <= clock_timestamp() order by next_date limit ${atOnce}`, values: [], isCommon: true });
    await allSettled(due.map(([account, step]) => this.order(Number(account), String(step))));
  }

  private async order(account: number, step: string): Promise<void> {
    const isNew = await this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const [moved] = await transaction.query<[unknown[], number]>(
        `update sync_schedule set next_date = ${nextRun('every_seconds')} where account_id = $1 and step = $2 and next_date <= clock_timestamp() returning 1`,
        [account, step],
      );
      return moved.length > 0 && (await this.jobs.startWithin(transaction, { account, kind: step }));
    });
    if (!isNew) return;
    this.jobs.announce();
    this.logger.log({ account, step, msg: 'ordered a scheduled run' });
  }
}
