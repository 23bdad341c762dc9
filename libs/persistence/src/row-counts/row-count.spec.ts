import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listStatement, parametersOf, readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import { IntegerField, resource, type ListRequest } from '@refundry/resource';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import {
  createRowCounts,
  dataSourceOf,
  introduceThinNodes,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
  thinNodes,
  Transactions,
} from '../index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
}

const items = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  filters: {},
  sort: ['id'],
  order: ['id'],
});
const table = resourceTable('item', Item);
const accounts = [1, 2, 3];
const roles = rolesOf('oms');
const [minKey, maxKey] = [-(2 ** 31), 2 ** 31 - 1];

let urls: { url: string; ownerUrl: string };
let owner: pg.Client;

beforeAll(async () => {
  urls = await testDatabase('oms');
  owner = await connect();
  await owner.query(`
    ${createRowCounts(roles)}
    create table item (account_id integer, id integer, note text, primary key (account_id, id));
      ${maintainRowCount('item')} ${scopeToAccount('item', roles)}
    create table other (account_id integer, number bigint); ${maintainRowCount('other', 'number')}
  `);
});

beforeEach(() => owner.query('truncate item, other'));
afterAll(() => owner.end());

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urls.ownerUrl });
  await client.connect();
  return client;
}

async function connected<T>(work: (...clients: pg.Client[]) => Promise<T>): Promise<T> {
  const clients = await Promise.all(Array.from({ length: work.length }, connect));
  try {
    return await work(...clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

const column = async <T>(sql: string, values: readonly unknown[] = [], client = owner): Promise<T[]> =>
  (await client.query<[T]>({ text: sql, values: [...values], rowMode: 'array' })).rows.map(([value]) => value);
const countOf = async (account: number, client = owner): Promise<number> =>
  Number((await column(table.count, [account], client))[0]);
const counts = (): Promise<number[]> => Promise.all(accounts.map((account) => countOf(account)));
const idsOf = (account: number): Promise<number[]> =>
  column('select id from item where account_id = $1 order by id', [account]);
const rows = async (): Promise<number[]> => (await Promise.all(accounts.map(idsOf))).map(({ length }) => length);
const compact = (account: number, client = owner): Promise<unknown> =>
  client.query("select fold_row_changes($1, 'item')", [account]);
const compactAll = (): Promise<unknown> => Promise.all(accounts.map((account) => compact(account)));
const insert = (ids: readonly number[], account = 1): Promise<unknown> =>
  owner.query('insert into item select $1, unnest($2::integer[])', [account, ids]);

/** The count and the ids of a page. */
async function page(query: string, account = 1, client = owner): Promise<{ count: number; ids: number[] }> {
  const request: ListRequest = {
    requestId: '',
    deadline: 0,
    caller: { account, scopes: [] },
    publicUrl: '',
    query,
    ...readListQuery(items, query),
  };
  const statement = listStatement(table, request);
  const found = await client.query<[string, number | null]>({
    text: statement.text,
    values: parametersOf(statement),
    rowMode: 'array',
  });
  return { count: Number(found.rows[0]![0]), ids: found.rows.flatMap(([, id]) => id ?? []) };
}

/** How many rows of an account are not exactly where `locate_row` says they are. */
async function misplaced(account: number): Promise<number> {
  const [n] = await column<string>(
    `with placed as (select id, row_number() over (order by id) - 1 as place from item where account_id = $1)
     select count(*) from placed left join lateral locate_row($1, 'item', place) located on true
     where first_key is null or id not between first_key and last_key
       or before <> (select count(*) from item where account_id = $1 and id >= first_key and id < placed.id)
       or behind <> (select count(*) from item where account_id = $1 and id <= last_key and id > placed.id)`,
    [account],
  );
  return Number(n);
}

async function expectAllToBeExact(): Promise<void> {
  expect(await counts()).toEqual(await rows());
  expect(await Promise.all(accounts.map(misplaced))).toEqual([0, 0, 0]);
}

describe('the row count', () => {
  it('is zero for an account that never had a row', async () => {
    expect(await countOf(99)).toBe(0);
  });

  it('follows inserts and deletes, also of several accounts in one statement', async () => {
    await owner.query(
      'insert into item select account, id from generate_series(1, 3) account, generate_series(1, 10 * account) id',
    );
    expect(await counts()).toEqual([10, 20, 30]);
    await owner.query('delete from item where id > 5 and account_id > 1');
    expect(await counts()).toEqual([10, 5, 5]);
    await compactAll();
    expect(await counts()).toEqual([10, 5, 5]);
    await owner.query('delete from item');
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('is kept for each table', async () => {
    await owner.query('insert into other values (1, 1), (1, 9e18)');
    expect(await counts()).toEqual([0, 0, 0]);
    expect(await column(resourceTable('other', Item).count, [1])).toEqual(['2']);
  });

  it('counts a row that an upsert inserts, and not one that it updates or leaves', async () => {
    await insert([1]);
    await owner.query(
      'insert into item values (1, 1), (1, 2), (2, 1) on conflict (account_id, id) do update set note = excluded.note',
    );
    await owner.query('insert into item values (1, 2), (1, 3) on conflict do nothing');
    expect(await counts()).toEqual([3, 1, 0]);
  });

  it('stays through statements that change no row', async () => {
    await insert([1]);
    await owner.query(
      "insert into item select 1, 2 where false; delete from item where false; update item set id = id, note = 'x'",
    );
    expect(await counts()).toEqual([1, 0, 0]);
  });

  it('follows a statement that deletes and inserts', async () => {
    await insert([1, 2]);
    await owner.query(
      `with gone as (delete from item where account_id = 1 returning id) insert into item select 2, id from gone
        union all select 2, 9`,
    );
    expect(await counts()).toEqual([0, 3, 0]);
  });

  it('goes back with the transaction, or to its savepoint', async () => {
    await insert([1]);
    await owner.query('begin; insert into item values (1, 2); delete from item where id = 1; rollback');
    expect(await counts()).toEqual([1, 0, 0]);
    await owner.query(
      'begin; insert into item values (1, 2); savepoint s; insert into item values (1, 3); rollback to s; commit',
    );
    expect(await counts()).toEqual([2, 0, 0]);
  });

  it('includes the rows that were there before it', async () => {
    await owner.query(
      `create table older (account_id integer, id integer); insert into older select 1 + id % 2, id
        from generate_series(1, 301) id; ${maintainRowCount('older')}`,
    );
    expect(await Promise.all([1, 2].map((account) => column(resourceTable('older', Item).count, [account])))).toEqual([
      ['150'],
      ['151'],
    ]);
    await owner.query('drop table older');
  });

  it('is zero again after truncate, also when changes were being folded', async () => {
    await connected(async (folding, truncating) => {
      await insert([1, 2, 3]);
      await insert([4], 2);
      await folding.query('begin');
      await compact(1, folding);
      const truncated = truncating.query('truncate item');
      await waitUntil(
        async () => (await column("select 1 from pg_locks where locktype = 'advisory' and not granted")).length > 0,
      );
      await folding.query('commit');
      await truncated;
      expect(await counts()).toEqual([0, 0, 0]);
      expect(await column("select 1 from row_tally where relation = 'item'")).toEqual([]);
    });
  });

  it("knows that a row's key and account never change", async () => {
    await insert([1]);
    for (const change of ['id = 2', 'account_id = 2'])
      await expect(owner.query(`update item set ${change}`)).rejects.toThrow('never change');
    expect(await counts()).toEqual([1, 0, 0]);
  });
});

describe('folding', () => {
  it('leaves no change, and nothing of a table without rows', async () => {
    await owner.query('insert into item select 1, id from generate_series(1, 100000) id');
    await compact(1);
    expect(await column("select n from row_count where relation = 'item'")).toEqual(['100000']);
    expect(await column("select 1 from row_change where relation = 'item'")).toEqual([]);
    expect(await page('page=9999')).toEqual({
      count: 100_000,
      ids: Array.from({ length: 10 }, (_, index) => 99_981 + index),
    });
    await owner.query('delete from item');
    await compact(1);
    expect(
      await column(
        `select 1 from row_change where relation = 'item' union all select n from row_count where relation = 'item'
          and n <> 0 union all select 1 from row_tally where relation = 'item'`,
      ),
    ).toEqual([]);
  });

  it('shows readers the same before, during and after it', async () => {
    await connected(async (folding, reading) => {
      await insert(Array.from({ length: 700 }, (_, index) => index * 100));
      const expected = { count: 700, ids: Array.from({ length: 10 }, (_, index) => (500 + index) * 100) };
      await reading.query('begin isolation level repeatable read');
      expect(await page('page=51', 1, reading)).toEqual(expected);
      await folding.query('begin');
      await compact(1, folding);
      expect(await page('page=51')).toEqual(expected);
      expect(await page('page=51', 1, folding)).toEqual(expected);
      await folding.query('commit');
      expect(await page('page=51')).toEqual(expected);
      expect(await page('page=51', 1, reading)).toEqual(expected);
      await reading.query('commit');
    });
  });

  it('goes back with its transaction', async () => {
    await insert([1, 1000]);
    await connected(async (folding) => {
      await folding.query('begin');
      await compact(1, folding);
      await folding.query('rollback');
    });
    await expectAllToBeExact();
  });

  it('leaves a table to whoever folds it already', async () => {
    await connected(async (first, second) => {
      await insert([1]);
      await first.query('begin');
      await compact(1, first);
      await insert([2]);
      expect(await column("select fold_row_changes(1, 'item')", [], second)).toEqual([0]);
      await first.query('commit');
      expect(await column("select fold_row_changes(1, 'item')", [], second)).toEqual([1]);
      await expectAllToBeExact();
    });
  });

  it('of one account leaves those of the same table of others alone', async () => {
    await connected(async (first, second) => {
      await insert([1]);
      await insert([1], 2);
      await first.query('begin');
      await compact(1, first);
      expect(await column("select fold_row_changes(2, 'item')", [], second)).toEqual([1]);
      await first.query('commit');
      await expectAllToBeExact();
    });
  });

  it('takes a bounded number of changes at a time, leaf by leaf, and counts and positions stay exact', async () => {
    const ids = Array.from({ length: 2500 }, (_, index) => index * 128);
    await insert(ids);
    await insert([...ids.slice(900, 1100).map((id) => id + 1), ...ids.slice(0, 2).map((id) => id + 2)]);
    await owner.query('delete from item where account_id = 1 and (id % 128 = 2 or id between 128 * 990 and 128 * 995)');
    const folds: unknown[] = [];
    for (let folded: unknown = undefined; folded !== 0; folds.push(folded)) {
      const expected = await idsOf(1);
      for (const at of [1, 50, 98, 99, 100, 101, 200, 269])
        expect(await page(`page=${at}`)).toEqual({
          count: expected.length,
          ids: expected.slice(10 * at - 10, 10 * at),
        });
      [folded] = await column("select fold_row_changes(1, 'item')");
    }
    expect(folds.length).toBe(4);
    for (const folded of folds) expect(folded).toBeLessThan(1100);
    expect(await column("select 1 from row_change where relation = 'item'")).toEqual([]);
  });

  it('keeps no writer waiting, and writers none of themselves', async () => {
    await connected(async (first, second) => {
      await insert([1]);
      await Promise.all([first.query('begin'), second.query('begin')]);
      await first.query('insert into item values (1, 2)');
      await second.query('insert into item values (1, 3)');
      await compact(1);
      await second.query('commit');
      expect(await countOf(1)).toBe(2);
      await compact(1);
      await first.query('commit');
      expect(await countOf(1)).toBe(3);
      await expectAllToBeExact();
    });
  });

  it("touches nothing of another account's, as the application does it", async () => {
    await insert([1, 2]);
    await insert([7], 2);
    const application = await dataSourceOf(urls.url, []).initialize();
    const as = (account: number, sql: string): Promise<unknown> =>
      new Transactions(application).run({ account, timeoutMs: 5000 }, (manager) => manager.query(sql));
    expect(await as(1, "select fold_row_changes(2, 'item') as n")).toEqual([{ n: 0 }]);
    await as(1, 'insert into item values (1, 3)');
    expect(await as(1, "select fold_row_changes(1, 'item') as n")).toEqual([{ n: 2 }]);
    expect(await as(1, "select account_id, n from row_count where relation = 'item'")).toEqual([
      { account_id: 1, n: '3' },
    ]);
    expect(await as(2, "select * from locate_row(1, 'item', 0)")).toEqual([]);
    await application.destroy();
    await expectAllToBeExact();
  });
});

describe('positions', () => {
  it.each([
    ['no row', []],
    ['one row', [5]],
    ['a row at either end', [minKey, maxKey]],
    [
      'huge gaps',
      [
        minKey,
        -(2 ** 25) - 1,
        -129,
        -128,
        -1,
        0,
        127,
        128,
        65_535,
        65_536,
        2 ** 25 - 1,
        2 ** 25,
        2 ** 30,
        maxKey - 1,
        maxKey,
      ],
    ],
  ])('are exact with %s', async (_what, ids) => {
    await insert(ids);
    await expectAllToBeExact();
    await compactAll();
    await expectAllToBeExact();
    expect(
      await column(
        "select before from locate_row(1, 'item', -1) union all select before from locate_row(1, 'item', $1)",
        [ids.length],
      ),
    ).toEqual([]);
    expect(await page('page=last')).toEqual({
      count: ids.length,
      ids: ids.slice(Math.floor(Math.max(0, ids.length - 1) / 10) * 10),
    });
    await owner.query('delete from item');
    await expectAllToBeExact();
  });

  it('reach to the ends of a bigint', async () => {
    await owner.query('insert into other values (1, -9223372036854775808), (1, 0), (1, 9223372036854775807)');
    const found = (): Promise<unknown> =>
      column("select first_key from generate_series(0, 2) place, locate_row(1, 'other', place)");
    const expected = ['-9223372036854775808', '0', String(2n ** 63n - 128n)];
    expect(await found()).toEqual(expected);
    await owner.query("select fold_row_changes(1, 'other')");
    expect(await found()).toEqual(expected);
  });

  it('take little room where keys are sparse', async () => {
    await owner.query('insert into other select 1, n * 10000 from generate_series(1, 10000) n');
    for (let folded: unknown; folded !== 0; [folded] = await column("select fold_row_changes(1, 'other')"));
    const [bytes] = await column<number>('select sum(pg_column_size(row_tally))::integer / 10000 from row_tally');
    expect(bytes).toBeLessThan(30);
  });

  it('are exact in nodes that a former release has written, changed or not, and after a migration', async () => {
    await insert([1, 700, 70_000, 2 ** 25]);
    await compactAll();
    await owner.query(`
      update row_tally set children = null, running = array(
        select coalesce((select max(through) from unnest(children, running) known(child, through)
          where known.child <= every.child), 0) from generate_series(0, 511) every(child) order by every.child)`);
    await expectAllToBeExact();
    await owner.query('delete from item where id = 700');
    await insert([2, 130, 70_001]);
    await expectAllToBeExact();
    await compactAll();
    await insert([3]);
    await expectAllToBeExact();
    for (const statement of [introduceThinNodes, thinNodes]) await owner.query(statement);
    await expectAllToBeExact();
    expect(await column('select 1 from row_tally where children is null or 0 = any (running)')).toEqual([]);
  });
});
