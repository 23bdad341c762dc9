import { connected } from '../system/connected.js';
import type { SetupSystem } from './system.js';

/** How many rows an account has, level by level: counted, not read from where we keep the counts. */
export const storedRows = ({ step: { levels }, omsDatabase }: SetupSystem, account: number): Promise<number[]> =>
  connected(omsDatabase.ownerUrl, async (owner) => {
    const counts: number[] = [];
    for (const { table } of levels) {
      const { rows } = await owner.query<{ n: number }>(
        `select count(*)::integer as n from ${table} where account_id = $1`,
        [account],
      );
      counts.push(rows[0]!.n);
    }
    return counts;
  });
