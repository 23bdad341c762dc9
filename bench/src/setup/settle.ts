import { connected } from '../system/connected.js';
import type { SetupSystem } from './system.js';

/** Before a turn of a step that finds its tables empty. */
export async function emptyTables({ step: { levels, startsEmpty }, omsDatabase }: SetupSystem): Promise<void> {
  if (startsEmpty) await connected(omsDatabase.ownerUrl, (owner) => owner.query(`truncate ${levels.map(({ table }) => table).join(', ')}`));
}

/** Leaves nothing of the turns before for autovacuum or the checkpointer to do in the next. */
export async function settle({ step: { levels }, omsDatabase, postgres }: SetupSystem): Promise<void> {
  const tables = [...levels.map(({ table }) => table), 'row_count', 'row_change', 'row_tally', 'job', 'outbox', 'sync_problem', 'sync_mark'];
  await connected(omsDatabase.ownerUrl, (owner) => owner.query(`vacuum (analyze) ${tables.join(', ')}`));
  await connected(postgres.url, (admin) => admin.query('checkpoint'));
}
