import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountPurge, ReadPool, Shards, Transactions } from '@refundry/persistence';

const everyMs = 60_000;
/** Of an account at a time. */
const maxPurged = 1000;

const isOld = `ended_date < statement_timestamp() - interval '30 days'`;

/** Deletes events 30 days after their end: until then their publisher's log may have them. */
@Injectable()
export class InboxPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purge: AccountPurge;

  constructor(
    readPool: ReadPool,
    private readonly transactions: Transactions,
    shards: Shards,
  ) {
    this.purge = new AccountPurge('InboxPurge', readPool, shards, {
      everyMs,
      steps: [{ table: 'inbox', condition: isOld, max: maxPurged, work: (account) => this.purgeSome(account) }],
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
        `delete from inbox where account_id = $1 and (consumer, event_id) in (
          select consumer, event_id from inbox where account_id = $1 and ${isOld} order by ended_date
            limit ${maxPurged} for update skip locked)`,
        [account],
      ),
    );
    return purged;
  }
}
