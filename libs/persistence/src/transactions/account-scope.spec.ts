import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { alterReadPolicies, dataSourceOf, ReadPool, scopeToAccount, Transactions } from '../index.js';

const service = 'a-service';
const roles = rolesOf(service);

let owner: pg.Client;
let application: DataSource;
let readPool: ReadPool;
let transactions: Transactions;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase(service);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`create table item (account_id integer, id integer, note text); ${scopeToAccount('item', roles)}`);
  application = await dataSourceOf(url, []).initialize();
  transactions = new Transactions(application);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
});

beforeEach(() =>
  owner.query("delete from item; insert into item values (1, 1, 'mine'), (1, 2, 'mine'), (2, 1, 'theirs')"),
);

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

const as = <T>(account: number, sql: string): Promise<T> =>
  transactions.run({ account, timeoutMs: 5000 }, (manager) => manager.query<T>(sql));
const stored = async (): Promise<unknown[]> =>
  (await owner.query({ text: 'select * from item order by 1, 2', rowMode: 'array' })).rows;

describe('a table scoped to the account', () => {
  it("shows a transaction its account's rows and no others", async () => {
    expect(await as(1, 'select id, note from item order by id')).toEqual([
      { id: 1, note: 'mine' },
      { id: 2, note: 'mine' },
    ]);
    expect(await as(2, 'select id, note from item')).toEqual([{ id: 1, note: 'theirs' }]);
    expect(await as(3, 'select id from item')).toEqual([]);
  });

  it('shows nothing outside a transaction of an account, before and after one', async () => {
    expect(await application.query('select id from item')).toEqual([]);
    await Promise.all([1, 2, 1, 2].map((account) => as(account, 'select id from item')));
    expect(await Promise.all([1, 2, 3].map(() => application.query('select id from item')))).toEqual([[], [], []]);
  });

  it("can't be changed where another account's rows are", async () => {
    await as(1, "update item set note = 'changed' where id = 1");
    await as(1, 'delete from item where account_id = 2');
    expect(await stored()).toEqual([
      [1, 1, 'changed'],
      [1, 2, 'mine'],
      [2, 1, 'theirs'],
    ]);
  });

  it('takes no row of another account, and gives none away', async () => {
    await expect(as(1, "insert into item values (2, 9, 'smuggled')")).rejects.toThrow(
      'violates row-level security policy',
    );
    await expect(as(1, 'update item set account_id = 2 where id = 1')).rejects.toThrow(
      'violates row-level security policy',
    );
    expect(await stored()).toHaveLength(3);
  });

  it('takes rows of the account', async () => {
    await as(1, "insert into item values (1, 9, 'new')");
    expect(await as(1, 'select note from item where id = 9')).toEqual([{ note: 'new' }]);
  });

  it('can be read whole by the reader, who writes nothing', async () => {
    expect(
      await readPool.rows({ account: 'any', text: 'select account_id, id from item order by 1, 2', values: [] }),
    ).toEqual([
      ['1', '1'],
      ['1', '2'],
      ['2', '1'],
    ]);
    for (const sql of ["insert into item values (1, 9, 'x')", "update item set note = 'x'", 'delete from item']) {
      await expect(asReader(sql)).rejects.toThrow('permission denied for table item');
    }
    expect(await stored()).toHaveLength(3);
  });

  it('is planned for on a read connection as if everybody could read it', async () => {
    await owner.query("insert into item select 1, n, 'mine' from generate_series(3, 1000) n; analyze item");
    const [plan] = await readPool.rows({
      account: 'any',
      text: 'explain (format json) select id from item where account_id = 1',
      values: [],
    });
    expect(JSON.parse(String(plan![0]))).toMatchObject([{ Plan: { 'Plan Rows': 1000 } }]);
  });

  it('takes another condition for the read pool, with every other table that has one', async () => {
    const conditions = async (): Promise<unknown[]> =>
      (await owner.query<object>("select tablename, qual from pg_policies where policyname = 'on_the_lane' order by 1"))
        .rows;
    await owner.query(
      `create table "Order" (account_id integer);
        ${scopeToAccount('"Order"', roles)} ${alterReadPolicies("current_user = 'it''s'")}`,
    );
    expect(await conditions()).toEqual(
      ['Order', 'item'].map((tablename) => ({ tablename, qual: "(CURRENT_USER = 'it''s'::name)" })),
    );
    await owner.query(alterReadPolicies('true'));
    expect(await conditions()).toEqual(['Order', 'item'].map((tablename) => ({ tablename, qual: 'true' })));
  });

  it("can't be emptied or altered by the application", async () => {
    await expect(as(1, 'truncate item')).rejects.toThrow('permission denied');
    await expect(as(1, 'alter table item disable row level security')).rejects.toThrow('must be owner');
  });
});

/** As the read pool's role, but without the read pool's read-only transactions. */
async function asReader(sql: string): Promise<void> {
  const runner = application.createQueryRunner();
  try {
    await runner.query(`set role "${roles.reader}"`);
    await runner.query(sql);
  } finally {
    await runner.query('reset role');
    await runner.release();
  }
}
