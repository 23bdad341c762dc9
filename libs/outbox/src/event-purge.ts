import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';

const everyMs = 60_000;
/** Of an account at a time: writers wait for nothing, and PostgreSQL's log of a statement stays small. */
const maxPurged = 1000;
const maxConcurrentAccounts = 2;

const isOld = `position < (extract(epoch from clock_timestamp() - interval '30 days') * 1000000)::bigint`;

/** Deletes events that have been in the log for 30 days, a bounded piece of each account at a time. */
@Injectable()
export class EventPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(
    (signal) => this.purgeAll(signal),
    everyMs,
    roundWarning(new Logger('EventPurge')),
  );

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly shards: Shards,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async purgeAll(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    await sweepAccounts(this.readPool, this.shards, {
      table: 'event',
      condition: isOld,
      maxConcurrent: maxConcurrentAccounts,
      signal,
      work: async (account) => (await this.purgeSome(account)) === maxPurged,
      onUnfinished: () => {
        this.task.triggerNow();
      },
    });
  }

  private async purgeSome(account: number): Promise<number> {
    const [, purged] = await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query<[unknown[], number]>(
        `delete from event where account_id = $1 and id in (
          select id from event where account_id = $1 and ${isOld} order by position limit ${maxPurged}
            for update skip locked)`,
        [account],
      ),
    );
    return purged;
  }
}
