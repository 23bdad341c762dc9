import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IntegerField } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { countRowsOf, createRowCount, resourceTable } from './index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
}

const counted = resourceTable('item', Item).count;
const accounts = [1, 2, 3];

let connectionString: string;
let owner: pg.Client;

beforeAll(async () => {
  connectionString = (await testDatabase('oms')).ownerUrl;
  owner = await connect();
  await owner.query(`${createRowCount} create table item (account_id integer, id integer, note text, primary key (account_id, id)); create table other (account_id integer); ${countRowsOf('item')} ${countRowsOf('other')}`);
});

beforeEach(() => owner.query('delete from item; delete from other'));
afterAll(() => owner.end());

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

const numberOf = async (sql: string, account: number): Promise<number> => Number((await owner.query<[string]>({ text: sql, values: [account], rowMode: 'array' })).rows[0]![0]);
const counts = (): Promise<number[]> => Promise.all(accounts.map((account) => numberOf(counted, account)));
const rows = (): Promise<number[]> => Promise.all(accounts.map((account) => numberOf('select count(*) from item where account_id = $1', account)));

describe('the row count', () => {
  it('is zero for an account that never had a row', async () => {
    expect(await numberOf(counted, 99)).toBe(0);
  });

  it('follows inserts and deletes, also of several accounts in one statement', async () => {
    await owner.query('insert into item select account, id from generate_series(1, 3) account, generate_series(1, 10 * account) id');
    expect(await counts()).toEqual([10, 20, 30]);
    await owner.query('delete from item where id > 5 and account_id > 1');
    expect(await counts()).toEqual([10, 5, 5]);
    await owner.query('delete from item');
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('is kept for each table', async () => {
    await owner.query('insert into other values (1), (1)');
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('counts a row that an upsert inserts, and not one that it updates or leaves', async () => {
    await owner.query('insert into item values (1, 1)');
    await owner.query('insert into item values (1, 1), (1, 2), (2, 1) on conflict (account_id, id) do update set note = excluded.note');
    await owner.query('insert into item values (1, 2), (1, 3) on conflict do nothing');
    expect(await counts()).toEqual([3, 1, 0]);
  });

  it('stays through statements that change no row', async () => {
    await owner.query('insert into item values (1, 1)');
    await owner.query('insert into item select 1, 2 where false; delete from item where false; update item set id = 7');
    expect(await counts()).toEqual([1, 0, 0]);
  });

  it('follows a statement that deletes and inserts', async () => {
    await owner.query('insert into item values (1, 1), (1, 2)');
    await owner.query('with gone as (delete from item where account_id = 1 returning id) insert into item select 2, id from gone union all select 2, 9');
    expect(await counts()).toEqual([0, 3, 0]);
  });

  it('goes back with the transaction, or to its savepoint', async () => {
    await owner.query('insert into item values (1, 1)');
    await owner.query('begin; insert into item values (1, 2); delete from item where id = 1; rollback');
    expect(await counts()).toEqual([1, 0, 0]);
    await owner.query('begin; insert into item values (1, 2); savepoint s; insert into item values (1, 3); rollback to s; commit');
    expect(await counts()).toEqual([2, 0, 0]);
  });

  it('does not drift when many sessions write at once', async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, connect));
    const step = fc.record({ account: fc.constantFrom(...accounts), first: fc.integer({ min: 1, max: 20 }), length: fc.integer({ min: 1, max: 5 }), inserts: fc.boolean(), commits: fc.boolean() });
    const scripts = fc.sample(fc.array(step, { minLength: 20, maxLength: 30 }), { numRuns: sessions.length, seed: 1 });
    await Promise.all(sessions.map(async (session, index) => {
      for (const { account, first, length, inserts, commits } of scripts[index]!) {
        const ids = `${first} and ${first + length}`;
        const sql = inserts ? `insert into item select ${account}, id from generate_series(1, 30) id where id between ${ids} on conflict do nothing` : `delete from item where account_id = ${account} and id between ${ids}`;
        // A session may become the victim of a deadlock; its statement is rolled back then.
        await session.query(`begin; ${sql}; ${commits ? 'commit' : 'rollback'}`).catch(() => session.query('rollback'));
      }
      await session.end();
    }));
    expect(await counts()).toEqual(await rows());
    expect((await rows()).some((number) => number > 0)).toBe(true);
  });
});
