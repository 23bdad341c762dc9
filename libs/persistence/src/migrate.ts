import { DataSource, type MigrationInterface } from 'typeorm';
import { dataSourceOptions } from './database.module.js';

const lockOfMigrations = 7_436_001;

/**
 * Brings a service's database up to date, as its owner. Several at once take turns, so that every migration runs once.
 *
 * @returns the names of the migrations that ran
 */
export async function migrate(ownerUrl: string, migrations: readonly (new () => MigrationInterface)[]): Promise<string[]> {
  const dataSource = await new DataSource({ ...dataSourceOptions(ownerUrl, 2), migrations: [...migrations] }).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [lockOfMigrations]);
    return (await dataSource.runMigrations({ transaction: 'each' })).map(({ name }) => name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
