import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ThrottledWarning } from '@refundry/observability';
import { isCancelled, isLockConflict, migrationsOf, waitForPostgres, advisoryLocks } from '@refundry/provisioning';
import pg from 'pg';
import { DataSource, MigrationExecutor, QueryFailedError, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../database/database.module.js';
import { obstacleOf, type DeferredMigration } from './deferred-migrations.js';

/** Reads of a table queue behind a migration that waits for it, so that it waits no longer than they don't mind. */
const lockTimeoutMs = 200;
/**
 * PostgreSQL cancels an autovacuum only for a lock that has been waited for longer than `deadlock_timeout`, one second.
 */
const autovacuumLockTimeoutMs = 1500;
/** Every so many attempts wait long enough for an autovacuum to be cancelled. */
const autovacuumAttempts = 8;
/** The longest lock of a deferred migration's tables while others read them: less than their reads wait. */
const maxRewriteMs = 2000;
const maxPauseMs = 4000;
const turnPauseMs = 200;
const shownLength = 100;
const defaultGiveUpMs = 40 * 60_000;

/** A migration's class, by whose name it is known. */
export type Migration = new () => MigrationInterface;

export interface MigrateOptions {
  /**
   * Time after which a migration whose locks are held by others fails: a little more than the longest export holds its
   * table, unless given.
   */
  giveUpAfterMs?: number;
  /** Migrations that no version needs, in their order; they run as soon as they harm nobody. */
  deferred?: readonly DeferredMigration[] | undefined;
  /** No request is served meanwhile: the deferred ones run too. */
  isMaintenance?: boolean;
}

/**
 * Brings a service's database up to date, as its owner, when PostgreSQL is there. Several at once take turns, so that
 * every migration runs once. Afterwards every role that may connect to the database can see which have run.
 *
 * A migration waits for a lock only briefly: then its transaction is rolled back and tried again later, so that the
 * reads of the running version, which queue behind it, go on.
 *
 * @returns the names of the migrations that ran
 * @throws the error of the migration that failed, also where others held its locks for too long
 */
export async function migrate(
  ownerUrl: string,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<string[]> {
  await waitForPostgres(ownerUrl);
  return inTurn(ownerUrl, async (lock) => {
    const end = performance.now() + (options.giveUpAfterMs ?? defaultGiveUpMs);
    const before = await migrationsOf(lock);
    await runAll(ownerUrl, migrations, end);
    const deferred = await harmlessOf(lock, options);
    if (deferred.length > 0) await runAll(ownerUrl, deferred, end, options.isMaintenance === true ? 0 : maxRewriteMs);
    return [...(await migrationsOf(lock))].filter((name) => !before.has(name));
  });
}

/** Those of the deferred migrations that may run now, up to the first that may not. */
async function harmlessOf(
  lock: pg.Client,
  { deferred = [], isMaintenance = false }: MigrateOptions,
): Promise<Migration[]> {
  const ran = await migrationsOf(lock);
  const harmless: Migration[] = [];
  for (const one of deferred.filter(({ migration }) => !ran.has(migration.name))) {
    const obstacle = isMaintenance ? undefined : await obstacleOf(lock, one);
    if (obstacle !== undefined) {
      new Logger('Migrations').warn(`${one.migration.name} is left for later: ${obstacle}`);
      break;
    }
    harmless.push(one.migration);
  }
  return harmless;
}

/**
 * @param maxStatementMs time after which a statement is cancelled and its migration left for later; 0 for none: a
 * migration of a large table takes what it takes
 */
async function runAll(
  ownerUrl: string,
  migrations: readonly Migration[],
  end: number,
  maxStatementMs = 0,
): Promise<void> {
  // One connection, so that its `lock_timeout` is that of all migrations.
  const settings = { statement_timeout: String(maxStatementMs), lock_timeout: String(lockTimeoutMs) };
  const dataSource = await new DataSource({
    ...dataSourceOptions(ownerUrl, 1, settings),
    migrations: [...migrations],
    logger: 'debug',
  }).initialize();
  try {
    await runUntilLocked(dataSource, end, maxStatementMs);
    await dataSource.query('grant select on migrations to public');
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Builds an index while the table is read and written, for a migration with `transaction = false`, which has to be
 * repeatable.
 */
export async function createIndexConcurrently(sql: QueryRunner, name: string, definition: string): Promise<void> {
  // Waiting here keeps no reader or writer waiting.
  await sql.query('set lock_timeout = 0');
  try {
    const invalid = (await sql.query('select from pg_index where indexrelid = to_regclass($1) and not indisvalid', [
      name,
    ])) as unknown[];
    if (invalid.length > 0) await sql.query(`drop index concurrently ${pg.escapeIdentifier(name)}`);
    await sql.query(`create index concurrently if not exists ${pg.escapeIdentifier(name)} on ${definition}`);
  } finally {
    await sql.query(`set lock_timeout = ${lockTimeoutMs}`);
  }
}

async function runUntilLocked(dataSource: DataSource, end: number, maxStatementMs: number): Promise<void> {
  const logger = new Logger('Migrations');
  const trouble = new ThrottledWarning(({ message }) => {
    logger.warn(message);
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await dataSource.query(
        `set lock_timeout = ${attempt % autovacuumAttempts === 0 ? autovacuumLockTimeoutMs : lockTimeoutMs}`,
      );
      await dataSource.runMigrations({ transaction: 'each' });
      return;
    } catch (error) {
      const [name, pauseMs] = [await nameOfNext(dataSource), Math.min(maxPauseMs, attempt * lockTimeoutMs)];
      if (maxStatementMs > 0 && isCancelled(error)) {
        logger.warn(`${name} is left for later: its tables would be locked for longer than ${maxStatementMs} ms`);
        return;
      }
      if (!isLockConflict(error) || performance.now() + pauseMs > end) {
        logger.error(`${name} failed: ${String(error)}`);
        throw error;
      }
      trouble.failed(new Error(`${name} waits for a lock that others hold: ${statementOf(error)}`));
      await delay(pauseMs);
    }
  }
}

/** The first migration that has not run is the one that failed. */
async function nameOfNext(dataSource: DataSource): Promise<string> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations().catch(() => []);
  return pending[0]?.name ?? 'A migration';
}

const statementOf = (error: unknown): string =>
  error instanceof QueryFailedError ? error.query.trim().slice(0, shownLength) : String(error);

/**
 * No statement waits for the lock: the building of an index would wait for that statement's end, and it for the index.
 */
async function inTurn<T>(ownerUrl: string, work: (lock: pg.Client) => Promise<T>): Promise<T> {
  const lock = new pg.Client({ connectionString: ownerUrl, keepAlive: true });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    while (!(await isLocked(lock))) await delay(turnPauseMs);
    return await work(lock);
  } finally {
    await lock.end();
  }
}

async function isLocked(lock: pg.Client): Promise<boolean> {
  const {
    rows: [row],
  } = await lock.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [advisoryLocks.migrations]);
  return row?.locked === true;
}
