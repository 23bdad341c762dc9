import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { createRowCounts, DatabaseModule, RowCounter, maintainRowCount } from '../index.js';

Logger.overrideLogger(false);

let ownerUrl: string;
let owner: pg.Client;
let app: INestApplicationContext;

beforeAll(async () => {
  const { url, ownerUrl: ofOwner } = await testDatabase('oms');
  ownerUrl = ofOwner;
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    ${createRowCounts(rolesOf('oms'))}
    create table item (account_id integer, id integer); ${maintainRowCount('item')}
  `);
  app = await NestFactory.createApplicationContext(DatabaseModule.forRoot({ service: 'oms', url, entities: [] }), {
    logger: false,
  });
});

afterAll(async () => {
  await app.close();
  await owner.end();
});

/** The changes that are not folded yet, of each account. */
const pending = async (): Promise<unknown[]> =>
  (
    await owner.query({
      text: 'select account_id, count(*)::integer from row_change group by 1 order by 1',
      rowMode: 'array',
    })
  ).rows;
const folded = async (): Promise<unknown[]> =>
  (await owner.query({ text: 'select account_id, n::integer from row_count order by 1', rowMode: 'array' })).rows;

async function untilNoneIsPending(): Promise<void> {
  await waitUntil(async () => (await pending()).length === 0);
}

describe('the row counts of a service', () => {
  it('are brought in step by themselves, of every account, after many changes and after few', async () => {
    await owner.query('insert into item select 1, id from generate_series(1, 200000) id');
    await untilNoneIsPending();
    await owner.query('insert into item values (2, 1), (3, 1)');
    await untilNoneIsPending();
    expect(await folded()).toEqual([
      [1, 200_000],
      [2, 1],
      [3, 1],
    ]);
  });

  it('are brought in step when somebody asks for it, whatever others do at the same time', async () => {
    await owner.query('insert into item values (2, 2), (3, 2)');
    const counter = app.get(RowCounter);
    await Promise.all([counter.compact(), counter.compact(), counter.compact()]);
    await untilNoneIsPending();
    expect(await folded()).toEqual([
      [1, 200_000],
      [2, 2],
      [3, 2],
    ]);
  });
  it('are brought in step past an account whose fold fails, and past one that another session folds', async () => {
    const counter = app.get(RowCounter);
    await counter.beforeApplicationShutdown();
    await owner.query(`
      create function refuse_count() returns trigger language plpgsql as $$ begin raise 'no count for it'; end $$;
      create trigger refused before insert on row_count for each row when (new.account_id = 10)
      execute function refuse_count()`);
    const other = new pg.Client({ connectionString: ownerUrl });
    await other.connect();
    await other.query("begin; select fold_row_changes(11, 'item')");
    await owner.query('insert into item select account, 1 from generate_series(10, 130) account');
    await expect(counter.compact()).rejects.toThrow('no count for it');
    expect(await pending()).toEqual([
      [10, 1],
      [11, 1],
    ]);
    await other.end();
    await owner.query('drop trigger refused on row_count');
    await counter.compact();
    expect(await pending()).toEqual([]);
  });

  it('are brought in step in turn, so that an account with few changes need not wait for one with many', async () => {
    await owner.query(`
      create table turn (n serial, account_id integer);
      create function note_turn() returns trigger language plpgsql as $$ begin insert into turn (account_id)
      values (new.account_id); return null; end $$;
      create trigger noted after insert or update on row_count for each row execute function note_turn();
      grant all on turn, turn_n_seq to oms`);
    await owner.query('insert into item select 200, 128 * n from generate_series(1, 3500) n');
    await owner.query('insert into item select account, 1 from generate_series(201, 204) account');
    await app.get(RowCounter).compact();
    const { rows } = await owner.query<{ account: number }>('select account_id as account from turn order by n');
    const turns = rows.map(({ account }) => account);
    expect(new Set(turns.slice(0, 5)).size).toBe(5);
    expect(turns.slice(5)).toEqual([200, 200, 200]);
  });
});
