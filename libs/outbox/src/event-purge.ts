import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountPurge, ReadPool, Shards, Transactions } from '@refundry/persistence';

const everyMs = 60_000;
/** Of an account at a time. */
const maxPurged = 1000;

const isOld = `position < (extract(epoch from clock_timestamp() - interval '30 days') * 1000000)::bigint`;

/** Deletes events that have been in the log for 30 days, a bounded piece of each account at a time. */
@Injectable()
export class EventPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purge: AccountPurge;

  constructor(
    readPool: ReadPool,
    private readonly transactions: Transactions,
    shards: Shards,
  ) {
    this.purge = new AccountPurge('EventPurge', readPool, shards, {
      everyMs,
      steps: [{ table: 'event', condition: isOld, max: maxPurged, work: (account) => this.purgeSome(account) }],
    });
  }

  onApplicationBootstrap(): void {
    this.purge.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.purge.stop();
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
