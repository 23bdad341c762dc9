import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { forEachSettled } from '@refundry/persistence';
import type { DataSource } from 'typeorm';
import { purgeAll, purgeStatements } from './credentials-purge.sql.js';

const everyMs = 5 * 60_000;

/**
 * Forgets credentials that have ended and attempts that no longer count. Every replica looks; none waits for another.
 */
@Injectable()
export class CredentialsPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.purge(), everyMs, roundWarning(new Logger('CredentialsPurge')));
  private readonly statements: readonly string[];

  /** @param keptDays how long after its end a credential that an operator issued is kept */
  constructor(
    private readonly dataSource: DataSource,
    keptDays: number,
  ) {
    this.statements = purgeStatements(keptDays);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  /** A statement that fails stops no other. */
  private purge(): Promise<void> {
    return forEachSettled(this.statements, 1, (statement) => purgeAll(this.dataSource, statement));
  }
}
