import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

const lookEveryMs = 10;
const running =
  "select from pg_stat_activity where backend_type = 'client backend' and state <> 'idle' and pid <> " +
  'pg_backend_pid() and query ilike $1 limit 1';

/** Whether PostgreSQL works at a statement that is `like` that. */
export const runs = async (admin: pg.Client, like: string): Promise<boolean> =>
  (await admin.query(running, [like])).rowCount === 1;

/** Waits until PostgreSQL works at no statement that is `like` that. @returns how long it did so, in milliseconds */
export async function untilNoneRuns(admin: pg.Client, like: string): Promise<number> {
  const startedAt = performance.now();
  while (await runs(admin, like)) await pause(lookEveryMs);
  return performance.now() - startedAt;
}
