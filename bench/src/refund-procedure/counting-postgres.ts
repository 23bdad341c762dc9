import { PostgresServer } from '@refundry/testing';
import type pg from 'pg';
import { connected } from '../system/connected.js';
import { secret } from '../system/databases.js';
import { clusterFolder } from '../system/servers.js';

/** A durable PostgreSQL that counts the statements it is sent. */
export async function startCountingPostgres(cleanup: AsyncDisposableStack): Promise<PostgresServer> {
  const options = { dataDir: clusterFolder(cleanup), password: secret() };
  const first = await PostgresServer.start(options);
  try {
    await connected(first.url, async (admin) => {
      await admin.query('create extension pg_stat_statements');
      await admin.query('alter system set shared_preload_libraries = pg_stat_statements');
    });
  } finally {
    await first.stop();
  }
  const postgres = await PostgresServer.start(options);
  cleanup.defer(() => postgres.stop());
  return postgres;
}

/** Begins to count anew. */
export const forgetStatements = (admin: pg.Client): Promise<unknown> =>
  admin.query('select pg_stat_statements_reset()');

/**
 * How many statements a database has been sent, those that begin and end transactions too.
 *
 * @param atLeast leaves out what has been sent less often, such as what a service does by itself from time to time
 */
export async function statementsOf(admin: pg.Client, databaseUrl: string, atLeast: number): Promise<number> {
  const {
    rows: [counted],
  } = await admin.query<{ calls: string }>(
    `select coalesce(sum(calls), 0) as calls from pg_stat_statements join pg_database on pg_database.oid = dbid
      where datname = $1 and calls >= $2`,
    [new URL(databaseUrl).pathname.slice(1), atLeast],
  );
  return Number(counted?.calls);
}
