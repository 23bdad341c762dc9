import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { ReservationRefunds1764000000001 } from './1-reservation-refunds.js';

let owner: pg.Client;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('reservation-refund');
  await migrate(ownerUrl, [ReservationRefunds1764000000001]);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
});

afterAll(() => owner.end());

const namesOf = async (sql: string): Promise<unknown[]> =>
  (await owner.query<[string]>({ text: sql, rowMode: 'array' })).rows.map(([name]) => name);

describe('the tables of reservation refunds', () => {
  it('are all closed to other accounts, and begin every key with the account', async () => {
    const ours = "relnamespace = 'public'::regnamespace and relname <> 'migrations'";
    expect(
      await namesOf(`select relname from pg_class where ${ours} and relkind = 'r' and not relrowsecurity`),
    ).toEqual([]);
    expect(
      await namesOf(
        `select indexrelid::regclass from pg_class join pg_index on indrelid = pg_class.oid
          join pg_attribute on attrelid = indrelid and attnum = indkey[0] where ${ours} and attname <> 'account_id'`,
      ),
    ).toEqual([]);
  });

  it('go as they came', async () => {
    await new ReservationRefunds1764000000001().down({ query: (sql: string) => owner.query(sql) } as never);
    expect(
      await namesOf(
        `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
          and relname not like 'migrations%'`,
      ),
    ).toEqual([]);
    expect(await namesOf("select proname from pg_proc where pronamespace = 'public'::regnamespace")).toEqual([]);
  });
});
