import pg from 'pg';
import { waitUntil } from '../wait-until.js';
import type { ProvisionedDatabase } from './provision-database.js';

/**
 * How many deadlocks there have been in a database. A session reports them when it ends at the latest, so this waits
 * until those of the application have ended.
 */
export async function deadlocksIn({ ownerUrl }: ProvisionedDatabase): Promise<number> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const ofApplication = 'select from pg_stat_activity where datname = current_database() and usename <> current_user';
    await waitUntil(async () => (await owner.query(ofApplication)).rowCount === 0);
    const {
      rows: [counted],
    } = await owner.query<{ n: number }>(
      'select deadlocks::integer as n from pg_stat_database where datname = current_database()',
    );
    return counted?.n ?? 0;
  } finally {
    await owner.end();
  }
}
