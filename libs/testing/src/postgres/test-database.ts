import { randomBytes } from 'node:crypto';
import { provisionDatabase, type ProvisionedDatabase } from './provision-database.js';

/** A fresh database of its own for a test file, in the cluster that Jest's global setup started. */
export function testDatabase(service: string): Promise<ProvisionedDatabase> {
  const cluster = process.env.TEST_POSTGRES_URL;
  if (!cluster) throw new Error('TEST_POSTGRES_URL is not set: the global setup of jest.config.mjs sets it.');
  const database = `${service}_${randomBytes(6).toString('hex')}`;
  // Roles belong to the whole cluster, so every test file has to give them the same passwords.
  return provisionDatabase(cluster, { service, database, ownerPassword: `${service} owner`, password: service });
}
