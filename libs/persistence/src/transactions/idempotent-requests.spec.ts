import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import {
  createIdempotentRequests,
  dataSourceOf,
  dropIdempotentRequests,
  IdempotentRequests,
  ReadPool,
  Shards,
  Transactions,
} from '../index.js';

const roles = rolesOf('oms');
let owner: pg.Client;
let application: DataSource;
let readPool: ReadPool;
let shards: Shards;
let transactions: Transactions;
let requests: IdempotentRequests;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createIdempotentRequests(roles));
  application = await dataSourceOf(url, []).initialize();
  transactions = new Transactions(application);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  shards = new Shards(url);
  await Promise.all([readPool.onModuleInit(), shards.onModuleInit()]);
  requests = new IdempotentRequests(readPool, transactions, shards);
});

beforeEach(() => owner.query('delete from idempotent_request'));

afterAll(async () => {
  await shards.beforeApplicationShutdown();
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

interface IdempotentRequest {
  account?: number;
  operation?: string;
  key?: string;
  fingerprint?: string;
}

/** Does the work, which gives the next number of the test, unless it has been done. */
let done: number;
beforeEach(() => {
  done = 0;
});
const work = (): Promise<{ number: number }> => Promise.resolve({ number: ++done });

const ask = (
  { account = 1, operation = 'save', key = 'k', fingerprint = 'f' }: IdempotentRequest = {},
  todo = work,
): Promise<{ number: number }> =>
  transactions.run({ account }, (transaction) =>
    requests.once(transaction, { account, operation, idempotency: { key, fingerprint } }, todo),
  );

const kept = async (): Promise<number | null> => (await owner.query('select from idempotent_request')).rowCount;
const grow = (by: string): Promise<unknown> =>
  owner.query('update idempotent_request set created_date = created_date - $1::interval', [by]);

describe('a request that may be sent again', () => {
  it('is done once, and answered the same', async () => {
    expect([await ask(), await ask()]).toEqual([{ number: 1 }, { number: 1 }]);
    expect(await ask({ key: 'other' })).toEqual({ number: 2 });
    expect(await ask({ account: 2 })).toEqual({ number: 3 });
    expect(await ask({ operation: 'other' })).toEqual({ number: 4 });
    expect(await ask()).toEqual({ number: 1 });
  });

  it('is done each time without a key, and nothing is kept', async () => {
    await transactions.run({ account: 1 }, (transaction) =>
      requests.once(transaction, { account: 1, operation: 'save', idempotency: undefined }, work),
    );
    expect(await kept()).toBe(0);
  });

  it('is another one with another fingerprint, and refused', async () => {
    await ask();
    await expect(ask({ fingerprint: 'other' })).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    expect(done).toBe(1);
  });

  it('that fails leaves nothing', async () => {
    await expect(ask({}, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await kept()).toBe(0);
    expect(await ask()).toEqual({ number: 1 });
  });

  it('is refused while it is being done, and only then', async () => {
    const { promise: end, resolve } = Promise.withResolvers<{ number: number }>();
    const begun = Promise.withResolvers<undefined>();
    const first = ask({}, () => {
      begun.resolve(undefined);
      return end;
    });
    await begun.promise;
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
    expect(await ask({ key: 'other' })).toEqual({ number: 1 });
    resolve({ number: 7 });
    expect([await first, await ask()]).toEqual([{ number: 7 }, { number: 7 }]);
  });

  it('is forgotten after a day', async () => {
    await ask();
    await ask({ account: 2 });
    await grow('23 hours 59 minutes');
    await requests.forget();
    expect([await ask(), await kept()]).toEqual([{ number: 1 }, 2]);
    await grow('1 minute');
    expect(await ask({ fingerprint: 'other' })).toEqual({ number: 3 });
    await requests.forget();
    expect(await kept()).toBe(1);
  });

  it('is forgotten with all others of its age, however many', async () => {
    await owner.query(`insert into idempotent_request (account_id, operation, key_hash, fingerprint, answer,
        created_date)
      select account, 'save', int8send(n), 'f', '{}', clock_timestamp() - interval '25 hours'
      from generate_series(1, 2) account, generate_series(1, 2500) n`);
    await ask();
    await Promise.all([requests.forget(), requests.forget()]);
    await requests.forget();
    expect(await kept()).toBe(1);
  });

  it('is forgotten past accounts that fail, and in turn: an account with few waits for none with many', async () => {
    await owner.query(`
      create table forgotten (n bigint generated always as identity, account_id integer);
      create function note() returns trigger language plpgsql as $$ begin
        if exists (select from gone where account_id = 1) then raise 'these stay'; end if;
        insert into forgotten (account_id) select distinct account_id from gone;
        return null;
      end $$;
      create trigger noted after delete on idempotent_request referencing old table as gone for each statement
      execute function note();
      grant all on forgotten to oms;
      insert into idempotent_request (account_id, operation, key_hash, fingerprint, answer, created_date)
        select account, 'save', int8send(n), 'f', '{}', clock_timestamp() - interval '25 hours'
        from generate_series(1, 130) account, generate_series(1, case account when 2 then 2500 else 1 end) n`);
    const read: string[] = [];
    readPool.observe(({ connection }) => {
      read.push(connection);
    });
    await expect(requests.forget()).rejects.toThrow('these stay');
    const { rows } = await owner.query<{ account: number }>('select account_id as account from forgotten order by n');
    expect(new Set(rows.map(({ account }) => account)).size).toBe(129);
    expect(rows).toHaveLength(129);
    expect(read).toEqual(['variable', 'variable']);
    await owner.query('drop trigger noted on idempotent_request; drop table forgotten; drop function note');
    await Promise.all([requests.forget(), requests.forget()]);
    await requests.forget();
    expect(await kept()).toBe(0);
  });

  it('goes as it came', async () => {
    const { ownerUrl } = await testDatabase('oms');
    const other = new pg.Client({ connectionString: ownerUrl });
    await other.connect();
    await other.query(createIdempotentRequests(roles));
    await other.query(dropIdempotentRequests);
    expect((await other.query("select from pg_class where relname = 'idempotent_request'")).rowCount).toBe(0);
    await other.end();
  });
});
