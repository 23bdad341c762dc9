import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import { WebhookSecrets } from './webhook-secrets.js';

const everyMs = 10_000;
const maxConcurrentAccounts = 2;

interface SealedRow {
  readonly id: string;
  readonly sealed_secret: string;
  readonly former_sealed_secret: string | null;
}

/** Seals the secrets of endpoints with the first key, while a second one still opens those sealed before. */
@Injectable()
export class SecretResealing implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('SecretResealing');
  private readonly task = new PeriodicTask((signal) => this.resealAll(signal), everyMs, roundWarning(this.logger));

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly shards: Shards,
    private readonly secrets: WebhookSecrets,
  ) {}

  onApplicationBootstrap(): void {
    if (this.secrets.areRotated) this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async resealAll(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    await sweepAccounts(this.readPool, this.shards, {
      table: 'webhook',
      condition: 'true',
      maxConcurrent: maxConcurrentAccounts,
      signal,
      work: (account) => this.resealOf(account),
    });
  }

  private async resealOf(account: number): Promise<void> {
    const resealed = await this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const rows = await transaction.query<SealedRow[]>(
        `select id, sealed_secret, former_sealed_secret from webhook where account_id = $1 order by id
          for no key update`,
        [account],
      );
      const stale = rows.flatMap((row) => this.staleOf(account, row));
      for (const { id, sealed_secret: sealed, former_sealed_secret: former } of stale)
        await transaction.query(
          'update webhook set sealed_secret = $3, former_sealed_secret = $4 where account_id = $1 and id = $2',
          [account, id, sealed, former],
        );
      return stale.length;
    });
    if (resealed > 0) this.logger.log({ account, webhooks: resealed, msg: 'resealed the secrets of webhooks' });
  }

  /** @returns the row with what it should have, unless it has it */
  private staleOf(account: number, { id, ...row }: SealedRow): SealedRow[] {
    const sealed = this.secrets.reseal(account, row.sealed_secret);
    const former = row.former_sealed_secret && this.secrets.reseal(account, row.former_sealed_secret);
    return sealed === row.sealed_secret && former === row.former_sealed_secret
      ? []
      : [{ id, sealed_secret: sealed, former_sealed_secret: former }];
  }
}
