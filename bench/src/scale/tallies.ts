import { createRowCounts, maintainRowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type pg from 'pg';
import { spreadOf } from '../measuring/statistics.js';
import { connected } from '../system/connected.js';

const rows = 20_000;
const lookups = 50;

/** How an account's keys lie among those of all, as SQL of the n-th. */
const keys: Readonly<Record<string, string>> = {
  '1 in 1': 'n',
  '1 in 100': 'n * 100 + (random() * 99)::bigint',
  '1 in 10,000': 'n * 10000 + (random() * 9999)::bigint',
  'random 63 bits': "('x' || left(md5(n::text), 16))::bit(64)::bigint & 9223372036854775807",
};

/** The cost of positions, by how sparse an account's keys are. */
export interface TallyCost {
  readonly keys: string;
  /** Of `row_tally` with its index, vacuumed. */
  readonly bytesPerRow: number;
  readonly locateMs: number;
  /** The same row found by OFFSET along the primary key. */
  readonly offsetMs: number;
}

/** Measures positions in a database of their own. @param adminUrl of a cluster that has the roles of oms */
export async function measureTallies(adminUrl: string): Promise<TallyCost[]> {
  await connected(adminUrl, (admin) => admin.query('create database tallies'));
  const url = new URL(adminUrl);
  url.pathname = 'tallies';
  return connected(url.href, measureEach);
}

async function measureEach(owner: pg.Client): Promise<TallyCost[]> {
  await owner.query(
    `${createRowCounts(rolesOf('oms'))} create table item (account_id integer, id bigint, primary key (account_id, id));
      ${maintainRowCount('item')}`,
  );
  const costs: TallyCost[] = [];
  for (const [name, key] of Object.entries(keys)) {
    await owner.query('truncate item');
    await owner.query(`insert into item select 1, ${key} from generate_series(1, ${rows}::bigint) n`);
    while ((await owner.query<{ folded: number }>("select fold_row_changes(1, 'item') as folded")).rows[0]!.folded > 0);
    await owner.query('vacuum full row_tally');
    await owner.query('vacuum analyze');
    const {
      rows: [size],
    } = await owner.query<{ bytes: string }>("select pg_total_relation_size('row_tally') as bytes");
    costs.push({
      keys: name,
      bytesPerRow: Number(size!.bytes) / rows,
      locateMs: await middleMs(owner, `select * from locate_row(1, 'item', ${rows - 100})`),
      offsetMs: await middleMs(
        owner,
        `select id from item where account_id = 1 order by id limit 1 offset ${rows - 100}`,
      ),
    });
  }
  return costs;
}

async function middleMs(client: pg.Client, text: string): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < lookups; count += 1) {
    const startedAt = performance.now();
    await client.query(text);
    times.push(performance.now() - startedAt);
  }
  return spreadOf(times).median;
}
