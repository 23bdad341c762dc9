import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import { discardOf, isObsolete, maxDiscarded } from './discarded-deliveries.js';

const everyMs = 60_000;
/** Of an account at a time. */
const maxPurged = 1000;
const maxConcurrentAccounts = 2;

const isOld = `ended_date < statement_timestamp() - interval '30 days'`;

/**
 * Deletes deliveries 30 days after their end with their attempts, and discards those whose endpoint is gone, a bounded
 * piece of each account at a time.
 */
@Injectable()
export class DeliveryPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(
    (signal) => this.purgeAll(signal),
    everyMs,
    roundWarning(new Logger('DeliveryPurge')),
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
    const full = new Set<number>();
    const sweep = (condition: string, max: number, work: (account: number) => Promise<number>): Promise<void> =>
      sweepAccounts(this.readPool, this.shards, {
        table: 'webhook_delivery',
        condition,
        maxConcurrent: maxConcurrentAccounts,
        signal,
        work: async (account) => {
          if ((await work(account)) === max) full.add(account);
        },
      });
    try {
      await sweep(isObsolete, maxDiscarded, (account) => this.discardSome(account));
      await sweep(isOld, maxPurged, (account) => this.purgeSome(account));
    } finally {
      if (full.size > 0) this.task.triggerNow();
    }
  }

  private discardSome(account: number): Promise<number> {
    return this.transactions.run({ account, isBackground: true }, (transaction) => discardOf(transaction, account));
  }

  private async purgeSome(account: number): Promise<number> {
    const [rows] = await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query<[{ purged: string }]>(
        `with purged as (
          delete from webhook_delivery where account_id = $1 and id in (
            select id from webhook_delivery where account_id = $1 and ${isOld} order by ended_date limit ${maxPurged}
              for update skip locked)
          returning id), attempts as (
          delete from webhook_attempt where account_id = $1 and delivery_id in (select id from purged))
        select count(*) as purged from purged`,
        [account],
      ),
    );
    return Number(rows.purged);
  }
}
