import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { forEachSettled } from '@refundry/persistence';
import { DataSource } from 'typeorm';
import { purgeAll } from '../credentials/credentials-purge.sql.js';
import { purgeUsage } from './usage.sql.js';

const everyMs = 60 * 60_000;

/** Deletes usage that is older than clients are promised. Every replica looks; none waits for another. */
@Injectable()
export class UsagePurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(
    () => forEachSettled(purgeUsage, 1, (statement) => purgeAll(this.dataSource, statement)),
    everyMs,
    roundWarning(new Logger('UsagePurge')),
  );

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }
}
