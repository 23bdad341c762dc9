import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Failure, RepeatedTrouble } from '@refundry/resource';
import pg from 'pg';
import { rolesOf } from './service-roles.js';
import { postgresFailure } from './postgres-failure.js';
import { assertSupported } from './postgres-version.js';

/** A migration's class, by whose name it is known. */
type Migration = new () => object;

const askAgainMs = 500;
const connectMs = 2000;
const queryMs = 5000;

/** Nothing has been migrated yet, or by a release that did not let the application see it. */
const invisible = new Set(['42P01', '42501']);

/** The role, its password, the database or the right to connect to it may be provisioned after us. */
const notProvisioned = new Set(['28P01', '28000', '3D000', '42501']);

/** Resolves when PostgreSQL lets a command in. @throws whatever is no absence of PostgreSQL, such as a wrong password: a command says what is wrong */
export function untilPostgresAnswers(url: string): Promise<void> {
  return untilNothingIsMissing(url, nothing, isAway);
}

/** Resolves when PostgreSQL lets a service into its database as it should, whoever provisions that. @throws whatever waiting won't heal */
export function untilProvisioned(url: string): Promise<void> {
  return untilNothingIsMissing(url, inheritance);
}

/** Resolves when all these migrations have run, whoever runs them; those of a later release are no matter. @throws whatever waiting won't heal */
export function untilMigrated(url: string, migrations: readonly Migration[]): Promise<void> {
  return untilNothingIsMissing(url, async (client) => {
    const ran = await migrationsOf(client);
    const missing = migrations.map(({ name }) => name).filter((name) => !ran.has(name));
    return missing.length === 0 ? undefined : `not migrated: ${missing.join(', ')}`;
  });
}

/** What a service waits for before it starts, by the names of its readiness. */
export const databaseIsThere = (url: string, migrations: readonly Migration[]): Readonly<Record<'postgres' | 'migrations', () => Promise<void>>> => ({
  postgres: () => untilProvisioned(url),
  migrations: () => untilMigrated(url, migrations),
});

/** What its reader may see, a service may see only as the reader: in its transactions it would see every account. */
async function inheritance(client: pg.Client): Promise<string | undefined> {
  const { rows: [found] } = await client.query<{ service: string; reader: string }>(inherited, [rolesOf(client.user ?? '').reader]);
  return found && `${found.service} inherits what ${found.reader} may do; it has to be a member without`;
}

const inherited = "select current_user::text as service, rolname::text as reader from pg_roles where rolname = $1 and pg_has_role(oid, 'usage')";

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

const isAway = (error: unknown): boolean => postgresFailure(error) instanceof Failure;

const isAwayOrNotProvisioned = (error: unknown): boolean => isAway(error) || notProvisioned.has((error as pg.DatabaseError).code ?? '');

async function untilNothingIsMissing(url: string, missing: (client: pg.Client) => Promise<string | undefined>, mayHeal = isAwayOrNotProvisioned): Promise<void> {
  const logger = new Logger('Database');
  const trouble = new RepeatedTrouble(({ message }) => { logger.warn(`Waiting for the database: ${message}`); });
  for (;;) {
    try {
      const what = await connected(url, missing);
      if (what === undefined) return;
      trouble.met(new Error(what));
    } catch (error) {
      if (!mayHeal(error)) throw error;
      trouble.met(error as Error);
    }
    await delay(askAgainMs);
  }
}

async function connected<T>(url: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: queryMs });
  // Whoever waits for an answer hears of it.
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
