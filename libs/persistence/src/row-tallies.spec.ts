import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { createRowTallies, DatabaseModule, rolesOf, RowTallies, tallyRowsOf } from './index.js';

Logger.overrideLogger(false);

let owner: pg.Client;
let app: INestApplicationContext;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    ${createRowTallies(rolesOf('oms'))}
    create table item (account_id integer, id integer); ${tallyRowsOf('item')}
  `);
  app = await NestFactory.createApplicationContext(DatabaseModule.forRoot({ service: 'oms', url, entities: [] }), { logger: false });
});

afterAll(async () => {
  await app.close();
  await owner.end();
});

/** The changes that are not folded yet, of each account. */
const pending = async (): Promise<unknown[]> => (await owner.query({ text: 'select account_id, count(*)::integer from row_change group by 1 order by 1', rowMode: 'array' })).rows;
const folded = async (): Promise<unknown[]> => (await owner.query({ text: 'select account_id, n::integer from row_count order by 1', rowMode: 'array' })).rows;

async function untilNoneIsPending(): Promise<void> {
  while ((await pending()).length > 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('the tallies of a service', () => {
  it('are brought in step by themselves, of every account, after many changes and after few', async () => {
    await owner.query('insert into item select 1, id from generate_series(1, 200000) id');
    await untilNoneIsPending();
    await owner.query('insert into item values (2, 1), (3, 1)');
    await untilNoneIsPending();
    expect(await folded()).toEqual([[1, 200_000], [2, 1], [3, 1]]);
  });

  it('are brought in step when somebody asks for it, whatever others do at the same time', async () => {
    await owner.query('insert into item values (2, 2), (3, 2)');
    const tallies = app.get(RowTallies);
    await Promise.all([tallies.fold(), tallies.fold(), tallies.fold()]);
    await untilNoneIsPending();
    expect(await folded()).toEqual([[1, 200_000], [2, 2], [3, 2]]);
  });
});
