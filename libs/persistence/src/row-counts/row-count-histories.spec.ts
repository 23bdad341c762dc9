import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listStatement, parametersOf, readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import { IntegerField, resource, type ListRequest } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { createRowCounts, resourceTable, maintainRowCount } from '../index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
}

const items = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  sort: ['id'],
  order: ['id'],
});
const table = resourceTable('item', Item);
const accounts = [1, 2, 3];
const [minKey, maxKey] = [-(2 ** 31), 2 ** 31 - 1];

let url: string;
let owner: pg.Client;

beforeAll(async () => {
  url = (await testDatabase('oms')).ownerUrl;
  owner = await connect();
  await owner.query(
    `${createRowCounts(rolesOf('oms'))} create table item (account_id integer, id integer, note text,
      primary key (account_id, id)); ${maintainRowCount('item')}`,
  );
});

afterAll(() => owner.end());

/** @param options of the session */
async function connect(options = ''): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options });
  await client.connect();
  return client;
}

const column = async <T>(sql: string, account: number): Promise<T[]> =>
  (await owner.query<[T]>({ text: sql, values: [account], rowMode: 'array' })).rows.map(([value]) => value);
const idsOf = (account: number): Promise<number[]> =>
  column('select id from item where account_id = $1 order by id', account);
const compactAll = (): Promise<unknown> =>
  Promise.all(accounts.map((account) => owner.query("select fold_row_changes($1, 'item')", [account])));

/**
 * By how much the counts of the accounts are wrong, and how many rows are not exactly where `locate_row` says they are.
 */
async function drift(): Promise<number[]> {
  const wrongCount = `select ((${table.count}) - (select count(*) from item where account_id = $1))::integer`;
  const misplaced = `
    with placed as (select id, row_number() over (order by id) - 1 as place from item where account_id = $1)
    select count(*)::integer from placed left join lateral locate_row($1, 'item', place) located on true
    where first_key is null or id not between first_key and last_key
      or before <> (select count(*) from item where account_id = $1 and id >= first_key and id < placed.id)
      or behind <> (select count(*) from item where account_id = $1 and id <= last_key and id > placed.id)`;
  return (
    await Promise.all(accounts.flatMap((account) => [wrongCount, misplaced].map((sql) => column<number>(sql, account))))
  ).flat();
}

const none = accounts.flatMap(() => [0, 0]);

/** The count and the ids of a page. */
async function page(query: string): Promise<{ count: number; ids: number[] }> {
  const request: ListRequest = {
    requestId: '',
    deadline: 0,
    caller: { account: 1, scopes: [] },
    publicUrl: '',
    query,
    ...readListQuery(items, query),
  };
  const statement = listStatement(table, request);
  const { rows } = await owner.query<[string, number | null]>({
    text: statement.text,
    values: parametersOf(statement),
    rowMode: 'array',
  });
  return { count: Number(rows[0]![0]), ids: rows.flatMap(([, id]) => id ?? []) };
}

const near = fc.constantFrom(minKey, -(2 ** 25), -200, 0, 127, 65_500, 2 ** 25 - 100, 2 ** 30, maxKey - 300);
const step = fc.record({
  account: fc.constantFrom(...accounts),
  from: fc.tuple(near, fc.integer({ min: 0, max: 200 })).map(([start, offset]) => Math.min(start + offset, maxKey)),
  length: fc.integer({ min: 0, max: 40 }),
  kind: fc.constantFrom('insert', 'insert', 'load', 'upsert', 'update', 'delete', 'replace', 'fold'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function sqlOf({ account, from, length, kind }: Step): string {
  const there = `account_id = ${account} and id between ${from} and ${Math.min(from + length, maxKey)}`;
  const added = (every: number, count: number): string =>
    `insert into item select ${account}, (${from} + ${every}::bigint * n)::integer from generate_series(0, ${count}) n
      where ${from} + ${every}::bigint * n <= ${maxKey}`;
  return {
    insert: `${added(1, length)} on conflict do nothing`,
    load: `${added(97, 4 * length)} on conflict do nothing`,
    upsert: `${added(3, length)} on conflict (account_id, id) do update set note = 'again'`,
    update: `update item set note = 'changed' where ${there}`,
    delete: `delete from item where ${there}`,
    replace: `with gone as (delete from item where ${there} returning id) insert into item
      select ${(account % 3) + 1}, id from gone on conflict do nothing`,
    fold: `select fold_row_changes(${account}, 'item')`,
  }[kind];
}

const transaction = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  ending: fc.constantFrom('commit', 'commit', 'commit', 'rollback', 'rollback to begun; commit'),
});

const transactionOf = ({
  steps: [first, ...rest],
  ending,
}: typeof transaction extends fc.Arbitrary<infer T> ? T : never): string =>
  ['begin', sqlOf(first!), 'savepoint begun', ...rest.map(sqlOf), ending].join('; ');

describe('any history', () => {
  it('leaves counts and positions exact, whenever it is folded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(transaction, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (transactions, isFolded) => {
          await owner.query('truncate item');
          for (const each of transactions) await owner.query(transactionOf(each));
          if (isFolded) await compactAll();
          expect(await drift()).toEqual(none);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('leaves pages that make up the table, forwards and backwards', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 8, maxLength: 20 }),
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('', '&sort=-id'),
        async (steps, size, sort) => {
          await owner.query('truncate item');
          for (const each of steps) await owner.query(sqlOf(each));
          const ids = await idsOf(1);
          const expected = sort === '' ? ids : ids.reverse();
          const last = Math.max(1, Math.ceil(ids.length / size));
          const numbers = Array.from({ length: last }, (_, index) => index + 1);
          const pages = await Promise.all(numbers.map((number) => page(`page_size=${size}&page=${number}${sort}`)));
          expect(pages.flatMap((one) => one.ids)).toEqual(expected);
          expect(new Set(pages.map(({ count }) => count))).toEqual(new Set([ids.length]));
          expect(await page(`page_size=${size}&page=last${sort}`)).toEqual(pages.at(-1));
          expect(await page(`page_size=${size}&page=${last + 1000}${sort}`)).toEqual({ count: ids.length, ids: [] });
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});

/** Of a transaction that waited for a row too long or in a circle. */
async function rollBack(session: pg.Client, error: unknown): Promise<void> {
  expect(['55P03', '40P01']).toContain((error as pg.DatabaseError).code);
  await session.query('rollback');
}

describe('3,000 writes of sessions at once, folded meanwhile', () => {
  it('leave counts and positions exact', async () => {
    await owner.query('truncate item');
    const transactions = fc.sample(transaction, { numRuns: 1050, seed: 1 });
    expect(transactions.flatMap(({ steps }) => steps).length).toBeGreaterThan(3000);
    const sessions = await Promise.all(Array.from({ length: 8 }, () => connect('-c lock_timeout=20ms')));
    await Promise.all(
      sessions.map(async (session) => {
        for (let next = transactions.pop(); next; next = transactions.pop()) {
          await session.query(transactionOf(next)).catch((error: unknown) => rollBack(session, error));
          // By a session of its own, while the others go on.
          if (transactions.length % 20 === 0) await compactAll();
        }
        await session.end();
      }),
    );
    expect(await drift()).toEqual(none);
    await compactAll();
    expect(await drift()).toEqual(none);
    for (const account of accounts) expect(await idsOf(account)).not.toEqual([]);
  });
});
