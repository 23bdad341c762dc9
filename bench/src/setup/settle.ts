import { connected } from '../system/connected.js';
import type { SetupSystem } from './system.js';

/**
 * Before a turn of a step whose tables would grow too large: takes away all rows but those of the account that came
 * first.
 */
export async function takeAwayRows({ step: { levels, keepsFirstOnly }, omsDatabase }: SetupSystem): Promise<void> {
  if (!keepsFirstOnly) return;
  await connected(omsDatabase.ownerUrl, async (owner) => {
    for (const { table } of levels.toReversed())
      await owner.query(`delete from ${table} where account_id > (select min(account_id) from ${table})`);
  });
}

/** Leaves nothing of the turns before for autovacuum or the checkpointer to do in the next. */
export async function settle({ step: { levels }, omsDatabase, postgres }: SetupSystem): Promise<void> {
  const tables = [
    ...levels.map(({ table }) => table),
    'row_count',
    'row_change',
    'row_tally',
    'job',
    'outbox',
    'event',
    'sync_problem',
    'sync_mark',
  ];
  await connected(omsDatabase.ownerUrl, (owner) => owner.query(`vacuum (analyze) ${tables.join(', ')}`));
  await connected(postgres.url, (admin) => admin.query('checkpoint'));
}
