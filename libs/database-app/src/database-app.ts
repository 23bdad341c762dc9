import { env } from 'node:process';
import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import type { Log, Measure } from '@refundry/observability';
import { DatabaseMeasures, migrate, ReadPool, type DeferredMigration, type Migration } from '@refundry/persistence';
import { databaseReady, provisionDatabase } from '@refundry/provisioning';
import { startService, type App } from '@refundry/service';
import { databaseOwnerUrl, provisioningUrls, type DatabaseConfig } from './database-environment.js';

interface DatabaseAppOptions<C extends DatabaseConfig> {
  /** Of the service and its database. */
  readonly name: string;
  readonly readConfig: (environment: NodeJS.ProcessEnv) => C;
  readonly module: (config: C) => DynamicModule;
  /** It serves when all of them have run. */
  readonly migrations: readonly Migration[];
  /** Migrations that no version needs; `migrate-offline` runs them at once. */
  readonly deferred?: readonly DeferredMigration[];
  /** The dependencies beside NATS and PostgreSQL, and whether each is available. */
  readonly readiness?: (app: INestMicroservice) => Record<string, boolean>;
  /** The metrics of its parts beside those of the database. */
  readonly metrics?: (app: INestMicroservice) => readonly Measure[];
}

/**
 * A service with a database: served when that is there and migrated; `provision` and `migrate` are its further
 * commands.
 */
export function databaseApp<C extends DatabaseConfig>({
  name,
  readConfig,
  module,
  migrations,
  deferred,
  readiness,
  metrics,
}: DatabaseAppOptions<C>): App<C> {
  const migrated = async (log: Log, isMaintenance = false): Promise<void> => {
    log.info({ migrations: await migrate(databaseOwnerUrl(env), migrations, { deferred, isMaintenance }) }, 'migrated');
  };
  return {
    name,
    readConfig: () => readConfig(env),
    serve: (config, log) =>
      startService({
        name,
        config,
        module: module(config),
        log,
        waitsFor: databaseReady(config.databaseUrl, migrations),
        readiness: (app) => ({ postgres: app.get(ReadPool).isUp, ...readiness?.(app) }),
        measures: (app) => [...app.get(DatabaseMeasures).all, ...(metrics?.(app) ?? [])],
      }),
    commands: {
      provision: provisioned,
      migrate: (log) => migrated(log),
      ...(deferred && { 'migrate-offline': (log: Log) => migrated(log, true) }),
    },
  };
}

async function provisioned(log: Log): Promise<void> {
  const { adminUrl, ...urls } = provisioningUrls(env);
  await provisionDatabase(adminUrl, urls);
  log.info('provisioned');
}
