import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountPurge, ReadPool, Shards, Transactions } from '@refundry/persistence';
import { discardOf, isObsolete, maxDiscarded } from './discarded-deliveries.js';

const everyMs = 60_000;
/** Of an account at a time. */
const maxPurged = 1000;

const isOld = `ended_date < statement_timestamp() - interval '30 days'`;

/**
 * Deletes deliveries 30 days after their end with their attempts, and discards those whose endpoint is gone, a bounded
 * piece of each account at a time.
 */
@Injectable()
export class DeliveryPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purge: AccountPurge;

  constructor(
    readPool: ReadPool,
    private readonly transactions: Transactions,
    shards: Shards,
  ) {
    const table = 'webhook_delivery';
    this.purge = new AccountPurge('DeliveryPurge', readPool, shards, {
      everyMs,
      steps: [
        { table, condition: isObsolete, max: maxDiscarded, work: (account) => this.discardSome(account) },
        { table, condition: isOld, max: maxPurged, work: (account) => this.purgeSome(account) },
      ],
    });
  }

  onApplicationBootstrap(): void {
    this.purge.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.purge.stop();
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
