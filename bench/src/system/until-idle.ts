import { setTimeout as pause } from 'node:timers/promises';
import { connected } from './connected.js';

const lookEveryMs = 10;
const isBusy = "select from pg_stat_activity where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid() limit 1";

/** Waits until nobody asks PostgreSQL for anything. @returns how long that was, in milliseconds */
export const untilIdle = (adminUrl: string): Promise<number> => connected(adminUrl, async (admin) => {
  const startedAt = performance.now();
  while ((await admin.query(isBusy)).rowCount) await pause(lookEveryMs);
  return performance.now() - startedAt;
});
