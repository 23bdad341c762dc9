import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, rowCount } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { CancellationReasons1764000000001 } from './1-cancellation-reasons.js';
import { AddressesAndChannels1764000000002 } from './2-addresses-and-channels.js';
import { Sync1764000000003 } from './3-sync.js';
import { RowTallies1764000000004 } from './4-row-tallies.js';

const before = [CancellationReasons1764000000001, AddressesAndChannels1764000000002, Sync1764000000003];
let owner: pg.Client;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, before);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await insertCountries(1, 300);
  await insertCountries(2, 2);
  await owner.query('delete from country where account_id = 1 and id % 3 = 0');
  await migrate(ownerUrl, [...before, RowTallies1764000000004]);
});

afterAll(() => owner.end());

const insertCountries = (account: number, number: number): Promise<unknown> =>
  owner.query(
    `insert into country (account_id, omnitron_id, name, code, is_active)
      select $1, coalesce((select max(omnitron_id) from country where account_id = $1), 0) + n, 'x', 'x', true
      from generate_series(1, $2::integer) n`,
    [account, number],
  );
const counted = async (account: number): Promise<number> =>
  Number(Object.values((await owner.query<Record<string, string>>(rowCount('country'), [account])).rows[0]!)[0]);

describe('the migration to row counts', () => {
  it('counts the rows that are there, and those that come and go from then on', async () => {
    expect(await Promise.all([1, 2, 3].map(counted))).toEqual([200, 2, 0]);
    await insertCountries(3, 5);
    await owner.query('delete from country where account_id = 2');
    expect(await Promise.all([1, 2, 3].map(counted))).toEqual([200, 0, 5]);
    expect((await owner.query("select first_key from locate_row(1, 'country', 199)")).rows).toEqual([
      { first_key: '256' },
    ]);
  });

  it('goes as it came, counts included', async () => {
    await new RowTallies1764000000004().down({ query: (sql: string) => owner.query(sql) } as never);
    await insertCountries(2, 1);
    expect((await owner.query('select account_id, relation, n from row_count order by 1')).rows).toEqual([
      { account_id: 1, relation: 'country', n: '200' },
      { account_id: 2, relation: 'country', n: '1' },
      { account_id: 3, relation: 'country', n: '5' },
    ]);
    expect(
      (await owner.query("select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1")).rows,
    ).toEqual([{ proname: 'count_rows' }, { proname: 'fold_turkish' }]);
  });
});
