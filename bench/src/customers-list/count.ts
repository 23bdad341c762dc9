import { rowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import pg from 'pg';
import { spreadOf, type Spread } from '../measuring/statistics.js';
import type { ListedAccount } from './accounts.js';

const countsInARound = 1000;

/** How long the exact count takes, alone, on one connection: the middle of a thousand, round by round. */
export async function measureCount(
  databaseUrl: string,
  { account, rows: expected }: ListedAccount,
  rounds: number,
): Promise<Spread> {
  const client = new pg.Client({ connectionString: databaseUrl, options: `-c role=${rolesOf('oms').reader}` });
  await client.connect();
  try {
    const statement = { name: 'count', text: rowCount('customer'), values: [account] };
    const middles: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const times: number[] = [];
      for (let counted = 0; counted < countsInARound; counted += 1) {
        const startedAt = performance.now();
        const { rows } = await client.query<{ coalesce: string }>(statement);
        times.push(performance.now() - startedAt);
        if (Number(rows[0]?.coalesce) !== expected)
          throw new Error(`The count is ${rows[0]?.coalesce ?? 'missing'} instead of ${expected}.`);
      }
      if (round > 0) middles.push(spreadOf(times).median);
    }
    return spreadOf(middles);
  } finally {
    await client.end();
  }
}
