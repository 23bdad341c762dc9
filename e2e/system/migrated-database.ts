import { randomBytes } from 'node:crypto';
import { AppProcess, provisionDatabase, type ProvisionedDatabase } from '@refundry/testing';
import pg from 'pg';
import { scriptOf } from '../../tools/src/topology.js';

/** A service's database with its tables, for one test file: a copy of one that is migrated once in a run. */
export async function migratedDatabase(service: string): Promise<ProvisionedDatabase> {
  const cluster = process.env.TEST_POSTGRES_URL;
  if (!cluster) throw new Error('TEST_POSTGRES_URL is not set: the global setup of jest.config.mjs sets it.');
  const database = `${service}_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: cluster });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [`the template of ${service}`]);
    await client.query(
      `create database ${pg.escapeIdentifier(database)} template
        ${pg.escapeIdentifier(await template(client, cluster, service))} owner
          ${pg.escapeIdentifier(`${service}_owner`)}`,
    );
  } finally {
    await client.end();
  }
  return provision(cluster, service, database);
}

/** Its name; it has another until it is finished. */
async function template(client: pg.Client, cluster: string, service: string): Promise<string> {
  const [finished, unfinished] = [`${service}_migrated`, `${service}_migrating`];
  const { rowCount } = await client.query('select from pg_database where datname = $1', [finished]);
  if (rowCount === 1) return finished;
  await migrate(service, await provision(cluster, service, unfinished));
  await client.query(`alter database ${pg.escapeIdentifier(unfinished)} rename to ${pg.escapeIdentifier(finished)}`);
  return finished;
}

// Roles belong to the whole cluster, so every test file has to give them the same passwords.
const provision = (cluster: string, service: string, database: string): Promise<ProvisionedDatabase> =>
  provisionDatabase(cluster, { service, database, ownerPassword: `${service} owner`, password: service });

/** Brings a service's tables up to date, as deployments do. @throws with what the app said when it fails */
export async function migrate(
  service: string,
  { ownerUrl }: ProvisionedDatabase,
  { command = 'migrate', checkout }: { command?: string; checkout?: string | undefined } = {},
): Promise<void> {
  const migration = AppProcess.spawn({
    name: `${service} ${command}`,
    script: scriptOf(service, 'main.js', checkout),
    args: [command],
    env: { DATABASE_OWNER_URL: ownerUrl },
  });
  const { code } = await migration.exited;
  if (code !== 0) throw new Error(migration.lines.join('\n'));
}
