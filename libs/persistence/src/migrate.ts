import { DataSource, type MigrationInterface } from 'typeorm';
import { dataSourceOptions } from './database.module.js';
import { untilPostgresAnswers } from './waiting.js';

const lockOfMigrations = 7_436_001;
/** A migration of a large table takes what it takes, and those of other replicas wait for it. */
const statementMs = 0;

/**
 * Brings a service's database up to date, as its owner, when PostgreSQL is there. Several at once take turns, so that every
 * migration runs once. Afterwards whoever may connect to the database can see which have run.
 *
 * @returns the names of the migrations that ran
 */
export async function migrate(ownerUrl: string, migrations: readonly (new () => MigrationInterface)[]): Promise<string[]> {
  await untilPostgresAnswers(ownerUrl);
  const dataSource = await new DataSource({ ...dataSourceOptions(ownerUrl, 2, statementMs), migrations: [...migrations] }).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [lockOfMigrations]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    await lock.query('grant select on migrations to public');
    return ran.map(({ name }) => name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
