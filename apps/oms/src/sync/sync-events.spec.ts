import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { Hub, type HubCustomer, type HubRow } from '../testing/hub.js';
import { RunningSync } from '../testing/running-sync.js';

Logger.overrideLogger(false);

const storeDir = mkdtempSync(join(tmpdir(), 'refundry-sync-events-'));
let nats: NatsServer;
let owner: pg.Client;
let sync: RunningSync;
let hub: Hub;
let account = 0;

beforeAll(async () => {
  const [server, database] = await Promise.all([NatsServer.start({ storeDir }), testDatabase('oms')]);
  nats = server;
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  [sync, hub] = await Promise.all([RunningSync.start(nats.url(), database), Hub.start()]);
});

afterAll(async () => {
  await sync.stop();
  await Promise.all([hub.stop(), owner.end(), nats.stop()]);
  rmSync(storeDir, { recursive: true, force: true });
});

/** Each test has an account of its own. */
beforeEach(async () => {
  hub.clear();
  hub.recover();
  await sync.connect(++account, hub.url);
});

const date = '2024-05-01T12:00:00.000001Z';
const laterDate = '2024-05-02T12:00:00.000001Z';
const customer = (pk: number, fields: Partial<HubCustomer> = {}): HubCustomer => ({
  pk,
  email: `${pk}@example.com`,
  channel: null,
  modified_date: date,
  ...fields,
});
/** A row of another list. */
const row = (pk: number, fields: object): HubRow => ({ pk, modified_date: date, ...fields });

/** Types and contents of the account's events, without those of the ends of runs. */
const said = async (): Promise<unknown[]> =>
  (await sync.events(account))
    .filter(({ type }) => !type.startsWith('oms.setup.'))
    .map(({ type, content }) => [type, content]);

/** The ends of the account's runs. */
const ends = async (): Promise<unknown[]> =>
  (await sync.events(account)).filter(({ type }) => type.startsWith('oms.setup.'));

const ranCustomers = async (): Promise<void> => {
  expect(await sync.run(account)).toMatchObject({ status: 'FINISHED' });
};

/** Our ids of the customers with these keys of Omnitron. */
const customerIds = async (...keys: readonly number[]): Promise<number[]> =>
  (await sync.customers(account)).filter(({ pk }) => keys.includes(pk)).map(({ id }) => id);

describe('a run of the customers', () => {
  it('says which rows are new, by our ids and page by page, and nothing when it runs again', async () => {
    for (let pk = 101; pk <= 107; pk++) hub.put(customer(pk));
    await ranCustomers();
    await ranCustomers();
    expect(await said()).toEqual([
      ['oms.customer.saved', { ids: await customerIds(101, 102, 103, 104, 105) }],
      ['oms.customer.saved', { ids: await customerIds(106, 107) }],
    ]);
  });

  it('says which rows have changed in what clients see, and not which Omnitron has only dated anew', async () => {
    for (let pk = 101; pk <= 103; pk++) hub.put(customer(pk));
    await ranCustomers();
    hub.put(customer(101, { modified_date: laterDate }));
    hub.put(customer(102, { email: 'changed@example.com', modified_date: laterDate }));
    await ranCustomers();
    expect((await said()).slice(1)).toEqual([['oms.customer.saved', { ids: await customerIds(102) }]]);
    expect((await sync.events(account)).map(({ subject }) => subject)).toContain(
      `customers/${(await customerIds(102))[0]}`,
    );
  });

  it('says which rows got the channel that they waited for', async () => {
    hub.put(customer(101, { channel: 9 }));
    hub.put(customer(102));
    await ranCustomers();
    hub.replace('channels', [row(9, { name: 'Web' })]);
    await sync.run(account, { step: 'channels' });
    await ranCustomers();
    expect((await said()).slice(1)).toEqual([
      ['oms.channel.saved', { ids: await sync.ids(account, 'channel') }],
      ['oms.customer.saved', { ids: await customerIds(101) }],
    ]);
  });

  it('says nothing of a page that is rolled back, and all of it once it is written', async () => {
    await owner.query(`
      create function refuse_page() returns trigger language plpgsql as $$
        begin
          if exists (select from customer where account_id = new.account_id) then raise 'no room for it'; end if;
          return new;
        end $$;
      create trigger refused before update of checkpoint on job for each row when (new.account_id = ${account})
      execute function refuse_page()`);
    for (let pk = 101; pk <= 103; pk++) hub.put(customer(pk));
    expect(await sync.run(account)).toMatchObject({ status: 'FAILED' });
    expect(await said()).toEqual([]);
    await owner.query('drop trigger refused on job; drop function refuse_page');
    await ranCustomers();
    expect(await said()).toEqual([['oms.customer.saved', { ids: await sync.ids(account, 'customer') }]]);
  });
});

describe('a run of the addresses', () => {
  it('says which rows of which list are new', async () => {
    hub.replace('countries', [row(7, { name: 'Türkiye' })]);
    hub.replace('cities', [row(8, { name: 'İzmir', country: 7 }), row(9, { name: 'Ankara', country: 7 })]);
    for (let times = 0; times < 2; times++) await sync.run(account, { step: 'addresses' });
    const [country] = await sync.ids(account, 'country');
    expect((await sync.events(account)).slice(0, 2)).toEqual([
      { type: 'oms.address.saved', subject: `countries/${country}`, content: { ids: [country], list: 'countries' } },
      { type: 'oms.address.saved', subject: null, content: { ids: await sync.ids(account, 'city'), list: 'cities' } },
    ]);
    expect(await said()).toHaveLength(2);
  });
});

describe('a pull of the cancellation reasons', () => {
  const reason = (pk: number, fields: object = {}): HubRow =>
    row(pk, { cancellation_type: 'cancel', subject: `Reason ${pk}`, order: pk, is_active: true, ...fields });
  const offer = (...reasons: readonly HubRow[]): void => {
    hub.replace('cancellation_reasons', reasons);
  };

  it('says which are new or have changed and which became inactive, and nothing when nothing has changed', async () => {
    offer(reason(1), reason(2), reason(3), reason(4, { is_active: false }));
    await sync.pull(account);
    const [one, two, three, four] = await sync.ids(account, 'cancellation_reason');
    offer(
      reason(1, { subject: 'Changed' }),
      reason(2, { is_active: false }),
      reason(4, { is_active: false, order: 9 }),
    );
    for (let times = 0; times < 2; times++) await sync.pull(account);
    offer(reason(1, { subject: 'Changed' }), reason(2));
    await sync.pull(account);
    const events = (await said()) as [string, { ids: number[] }][];
    expect(events.map(([type, { ids }]) => [type, ids.toSorted((a, b) => a - b)])).toEqual([
      ['oms.cancellation_reason.saved', [one, two, three, four]],
      ['oms.cancellation_reason.saved', [one, four]],
      ['oms.cancellation_reason.deactivated', [two, three]],
      ['oms.cancellation_reason.saved', [two]],
    ]);
  });

  it('says the same as a step, beside the end of its run', async () => {
    offer(reason(1));
    await sync.run(account, { step: 'cancellation-reasons' });
    await sync.run(account, { step: 'cancellation-reasons' });
    const ids = await sync.ids(account, 'cancellation_reason');
    expect(await said()).toEqual([['oms.cancellation_reason.saved', { ids }]]);
    expect(await ends()).toHaveLength(2);
  });
});

describe('the end of a run', () => {
  const step = 'customers';
  const end = (state: string, run: string): object => ({
    type: `oms.setup.${state}`,
    subject: 'setup/customers/last_run',
    content: { step, run: Number(run) },
  });

  /** The id of the account's latest run. */
  const latest = async (): Promise<string> => {
    const { rows } = await owner.query<{ id: string }>('select max(id) as id from job where account_id = $1', [
      account,
    ]);
    return rows[0]?.id ?? '';
  };

  it('is said of one that finished and of one that failed', async () => {
    hub.failAfter(0);
    await sync.run(account);
    const failed = await latest();
    hub.recover();
    await sync.run(account);
    expect(await ends()).toEqual([end('failed', failed), end('finished', await latest())]);
  });

  it('is said once of one that is aborted while another replica works on it', async () => {
    await owner.query(
      `insert into job (account_id, kind, state, fence, lease_until)
        values ($1, $2, 'WORKING', 1, clock_timestamp() + interval '1 hour')`,
      [account, step],
    );
    for (let times = 0; times < 2; times++) await sync.abort(account, step);
    expect(await ends()).toEqual([end('aborted', await latest())]);
  });

  it('is said of one that is given up', async () => {
    await owner.query("insert into job (account_id, kind, state, attempt) values ($1, $2, 'WORKING', 10)", [
      account,
      step,
    ]);
    sync.announce(account, await latest());
    expect(await sync.ended(account, step)).toMatchObject({ status: 'ABORTED' });
    expect(await ends()).toEqual([end('aborted', await latest())]);
  });
});
