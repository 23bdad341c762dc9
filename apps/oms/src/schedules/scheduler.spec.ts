import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Jobs, type WakeUps } from '@refundry/jobs';
import { dataSourceOf, ReadPool, migrate, Shards, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { omsMigrations } from '../oms.app.js';
import { Scheduler } from './scheduler.js';

Logger.overrideLogger(false);

let application: DataSource;
let readPool: ReadPool;
let owner: pg.Client;
let shards: Shards;
let transactions: Transactions;
let jobs: Jobs;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, omsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: rolesOf('oms').reader, timeoutMs: 5000 });
  shards = new Shards(url);
  await Promise.all([readPool.onModuleInit(), shards.onModuleInit()]);
  transactions = new Transactions(application);
  const wakeUps = { send: () => undefined } as unknown as WakeUps;
  jobs = new Jobs(transactions, readPool, wakeUps, {
    service: 'oms',
    natsUrl: '',
    leaseMs: 60_000,
    readyAfterMs: 60_000,
  });
});

beforeEach(() => owner.query('truncate job, outbox, sync_schedule'));

afterAll(async () => {
  await shards.beforeApplicationShutdown();
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

/** Schedules that have been due for a while; accounts with lower numbers for longer. */
const makeDue = (accounts: number): Promise<unknown> =>
  owner.query(
    `insert into sync_schedule (account_id, step, every_seconds, next_date)
      select account, 'customers', 900, clock_timestamp() - interval '1 hour' + account * interval '1 ms'
      from generate_series(1, $1::integer) account`,
    [accounts],
  );

const due = async (): Promise<number[]> =>
  (
    await owner.query<{ account: number }>(
      'select account_id as account from sync_schedule where next_date <= clock_timestamp() order by account_id',
    )
  ).rows.map(({ account }) => account);
const ordered = async (): Promise<number> => (await owner.query('select from job')).rowCount ?? 0;

/** Runs rounds until so many schedules are due. */
async function untilDue(count: number, scheduler = new Scheduler(readPool, transactions, jobs, shards)): Promise<void> {
  scheduler.onApplicationBootstrap();
  await waitUntil(async () => (await due()).length <= count);
  await scheduler.beforeApplicationShutdown();
}

describe('a round of the scheduler', () => {
  it('orders all runs that are due, a page at a time', async () => {
    await makeDue(250);
    const reads: number[] = [];
    readPool.observe(({ seconds }) => {
      reads.push(seconds);
    });
    await untilDue(0);
    readPool.observe(() => undefined);
    expect(await ordered()).toBe(250);
    expect(reads.length).toBeLessThan(10);
  });

  it('goes on past accounts whose run can’t be ordered, and past schedules that somebody is changing', async () => {
    await makeDue(150);
    await owner.query(`
      create function refuse_job() returns trigger language plpgsql as $$ begin raise 'no room for it'; end $$;
      create trigger refused before insert on job for each row when (new.account_id <= 110)
      execute function refuse_job()`);
    await owner.query('begin; select from sync_schedule where account_id in (111, 112) for update');
    await untilDue(112);
    await owner.query('commit; drop trigger refused on job; drop function refuse_job');
    expect(await due()).toEqual(Array.from({ length: 112 }, (_, index) => index + 1));
    await untilDue(0);
    expect(await ordered()).toBe(150);
  });

  it('orders nothing of accounts whose shards another replica holds', async () => {
    await makeDue(32);
    const held = [3, 4];
    await untilDue(28, new Scheduler(readPool, transactions, jobs, { held } as unknown as Shards));
    expect((await due()).filter((account) => held.includes(account % 16))).toEqual([]);
  });
});
