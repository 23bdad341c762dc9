import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountPurge, ReadPool, Shards, Transactions } from '@refundry/persistence';

const everyMs = 60_000;
/** Of an account at a time. */
const maxPurged = 1000;

const isOld = `ended_date < statement_timestamp() - interval '7 days'`;

/** Deletes previews of rules seven days after their end, a bounded piece of each account at a time. */
@Injectable()
export class ImpactPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purge: AccountPurge;

  constructor(
    readPool: ReadPool,
    private readonly transactions: Transactions,
    shards: Shards,
  ) {
    this.purge = new AccountPurge('ImpactPurge', readPool, shards, {
      everyMs,
      steps: [
        { table: 'refund_rules_impact', condition: isOld, max: maxPurged, work: (account) => this.purgeSome(account) },
      ],
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
        `delete from refund_rules_impact where account_id = $1 and id in (
          select id from refund_rules_impact where account_id = $1 and ${isOld} order by ended_date limit ${maxPurged}
            for update skip locked)`,
        [account],
      ),
    );
    return purged;
  }
}
