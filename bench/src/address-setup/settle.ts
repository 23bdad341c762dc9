import { connected } from '../system/connected.js';
import { levels } from './levels.js';
import type { SetupSystem } from './system.js';

/** Leaves nothing of the turns before for autovacuum or the checkpointer to do in the next. */
export async function settle({ omsDatabase, postgres }: SetupSystem): Promise<void> {
  const tables = [...levels.map(({ table }) => table), 'row_count', 'row_change', 'row_tally', 'job', 'outbox', 'sync_problem', 'sync_mark'];
  await connected(omsDatabase.ownerUrl, (owner) => owner.query(`vacuum (analyze) ${tables.join(', ')}`));
  await connected(postgres.url, (admin) => admin.query('checkpoint'));
}
