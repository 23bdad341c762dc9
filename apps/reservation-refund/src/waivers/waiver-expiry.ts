import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountPurge, ReadPool, Shards, Transactions } from '@refundry/persistence';
import { recordExpired } from './moved-waivers.js';
import { expireSome, isOverdue } from './waivers.sql.js';

const everyMs = 60_000;
/** Of an account at a time. */
const maxExpired = 200;

/**
 * Writes down that the time of waivers is over, and tells of it, a bounded piece of each account at a time. Penalties
 * don't wait for it: a waiver has no effect from its end on.
 */
@Injectable()
export class WaiverExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweep: AccountPurge;

  constructor(
    readPool: ReadPool,
    private readonly transactions: Transactions,
    shards: Shards,
  ) {
    this.sweep = new AccountPurge('WaiverExpiry', readPool, shards, {
      everyMs,
      steps: [{ table: 'waiver', condition: isOverdue, max: maxExpired, work: (account) => this.expireSome(account) }],
    });
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweep.stop();
  }

  /** A round over the accounts of this replica. @throws the first failure, after the last account */
  async expire(): Promise<void> {
    while (await this.sweep.round());
  }

  private expireSome(account: number): Promise<number> {
    return this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const expired = await expireSome(transaction, account, maxExpired);
      await recordExpired(transaction, account, expired);
      return expired.length;
    });
  }
}
