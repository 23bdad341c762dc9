import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { ThrottledWarning } from '@refundry/observability';
import pg from 'pg';
import { rolesOf } from './service-roles.js';
import { postgresFailure } from './postgres-failure.js';
import { assertSupported } from './postgres-version.js';

/** A migration's class, by whose name it is known. */
type Migration = new () => object;

const retryAfterMs = 500;
const connectMs = 2000;
const queryMs = 5000;

/** Nothing has been migrated yet, or by a release that did not let the application see it. */
const invisible = new Set(['42P01', '42501']);

/** The role, its password, the database or the right to connect to it may be provisioned after us. */
const notProvisioned = new Set(['28P01', '28000', '3D000', '42501']);

/**
 * Resolves when PostgreSQL lets a command in. @throws whatever is no absence of PostgreSQL, such as a wrong password: a
 * command says what is wrong
 */
export function waitForPostgres(url: string): Promise<void> {
  return waitUntilReady(url, nothing, isAway);
}

/**
 * Resolves when PostgreSQL lets a service into its database as it should, however that is provisioned.
 *
 * @throws whatever waiting won't heal
 */
export function waitForProvisioning(url: string): Promise<void> {
  return waitUntilReady(url, inheritance);
}

/**
 * Resolves when all these migrations have run, by any process; those of a later release are no matter.
 *
 * @throws whatever waiting won't heal
 */
export function waitForMigrations(url: string, migrations: readonly Migration[]): Promise<void> {
  return waitUntilReady(url, async (client) => {
    const ran = await migrationsOf(client);
    const missing = migrations.map(({ name }) => name).filter((name) => !ran.has(name));
    return missing.length === 0 ? undefined : `not migrated: ${missing.join(', ')}`;
  });
}

/** The dependencies of a service before it starts, by the names of its readiness. */
export const databaseReady = (
  url: string,
  migrations: readonly Migration[],
): Readonly<Record<'postgres' | 'migrations', () => Promise<void>>> => ({
  postgres: () => waitForProvisioning(url),
  migrations: () => waitForMigrations(url, migrations),
});

/**
 * A service may read the rows of its reader only in the role of the reader: in its transactions it would see every
 * account.
 */
async function inheritance(client: pg.Client): Promise<string | undefined> {
  const {
    rows: [found],
  } = await client.query<{ service: string; reader: string }>(inherited, [rolesOf(client.user ?? '').reader]);
  return found && `${found.service} inherits what ${found.reader} may do; it has to be a member without`;
}

const inherited = `select current_user::text as service, rolname::text as reader from pg_roles where rolname = $1
  and pg_has_role(oid, 'usage')`;

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

const isAway = (error: unknown): boolean => postgresFailure(error) instanceof Failure;

const isAwayOrNotProvisioned = (error: unknown): boolean =>
  isAway(error) || notProvisioned.has((error as pg.DatabaseError).code ?? '');

async function waitUntilReady(
  url: string,
  missing: (client: pg.Client) => Promise<string | undefined>,
  isRetryable = isAwayOrNotProvisioned,
): Promise<void> {
  const logger = new Logger('Database');
  const warning = new ThrottledWarning(({ message }) => {
    logger.warn(`Waiting for the database: ${message}`);
  });
  for (;;) {
    try {
      const what = await connected(url, missing);
      if (what === undefined) return;
      warning.failed(new Error(what));
    } catch (error) {
      if (!isRetryable(error)) throw error;
      warning.failed(error as Error);
    }
    await delay(retryAfterMs);
  }
}

async function connected<T>(url: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: queryMs });
  // The pending query is rejected with it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await assertSupported(client);
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Names of the migrations that have run. */
export async function migrationsOf(client: pg.Client): Promise<ReadonlySet<string>> {
  try {
    const { rows } = await client.query<{ name: string }>('select name from migrations');
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if (invisible.has((error as pg.DatabaseError).code ?? '')) return new Set();
    throw error;
  }
}
