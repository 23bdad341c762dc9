import { randomBytes } from 'node:crypto';
import { provisionDatabase, type PostgresServer, type ProvisionedDatabase } from '@refundry/testing';
import { migrateDatabaseOf } from './apps.js';

/** The migrated database of a service. */
export async function createDatabase(
  postgres: Pick<PostgresServer, 'url'>,
  service: 'accounts' | 'oms' | 'supplier-refund' | 'reservation-refund',
): Promise<ProvisionedDatabase> {
  const database = await provisionDatabase(postgres.url, { service, ownerPassword: secret(), password: secret() });
  await migrateDatabaseOf(service, database.ownerUrl);
  return database;
}

export const secret = (): string => randomBytes(16).toString('hex');
