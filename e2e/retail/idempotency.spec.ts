import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { postedRefund, refundsPath } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

let system: SharedSystem;
let client: RetailClient;
let owner: pg.Client;
/** A condition of SQL: the rows of the client's account. */
let ofClient: string;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
  ofClient = `account_id = ${await system.accountId(client.account)}`;
  owner = new pg.Client({ connectionString: system.databases['supplier-refund'].ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await system.leave();
});

beforeEach(() =>
  owner.query(`delete from supplier_refund where ${ofClient}; delete from idempotent_request where ${ofClient}`),
);

const post = async (
  key: string,
  body: unknown,
  path = refundsPath,
  by = client,
): Promise<[status: number, json: unknown]> => {
  const { status, json } = await by.post(path, body, { 'idempotency-key': key });
  return [status, json];
};

/** The statements that wait for a lock of the connection that asks. */
const blockedByUs = 'select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';

const created = [201, { created: 1, updated: 0 }];
const updated = [201, { created: 0, updated: 1 }];
const mismatch = [422, { detail: 'This Idempotency-Key was used with another request.' }];

describe('an Idempotency-Key', () => {
  it('has a request done once, and answered the same ever after', async () => {
    expect(await post('k', postedRefund('a'))).toEqual(created);
    await client.request('DELETE', `${refundsPath}a_kyiv-1/`);
    expect(await post('k', postedRefund('a'))).toEqual(created);
    expect(await client.rows(refundsPath)).toEqual([]);
    expect((await client.post(refundsPath, postedRefund('a'))).status).toBe(201);
    expect(await post('another', postedRefund('a'))).toEqual(updated);
  });

  it('is refused with another request', async () => {
    await post('k', postedRefund('a'));
    expect(await post('k', postedRefund('b'))).toEqual(mismatch);
    expect(await post('k', `${JSON.stringify(postedRefund('a'))} `)).toEqual(mismatch);
    expect(await client.rows(refundsPath)).toHaveLength(1);
  });

  it('belongs to its account and its resource', async () => {
    await post('k', postedRefund('a'));
    expect(await post('k', postedRefund('b'), refundsPath, await system.newRetailClient())).toEqual(created);
    expect(await post('k', { shop_id: 'kyiv-1', name: 'Київ' }, 'shops/')).toEqual(created);
  });

  it('is free again when its request was refused', async () => {
    expect((await post('k', postedRefund('a', { date: 'yesterday' })))[0]).toBe(400);
    expect(await post('k', postedRefund('a'))).toEqual(created);
  });

  it('is free again after a day', async () => {
    await post('k', postedRefund('a'));
    await owner.query(
      `update idempotent_request set created_date = created_date - interval '24 hours' where ${ofClient}`,
    );
    expect(await post('k', postedRefund('b'))).toEqual(created);
    expect(await post('k', postedRefund('b'))).toEqual(created);
    expect(await post('k', postedRefund('a'))).toEqual(mismatch);
  });

  it('of a request that is still being worked on is a conflict', async () => {
    await post('first', postedRefund('a'));
    await owner.query(`begin; select from supplier_refund where document_id = 'a' and ${ofClient} for update`);
    const slow = post('k', postedRefund('a', { description: 'changed' }));
    await until('the request waits', async () => (await owner.query(blockedByUs)).rowCount === 1);
    expect(await post('k', postedRefund('a', { description: 'changed' }))).toEqual([
      409,
      { detail: 'A request with this Idempotency-Key is being worked on.' },
    ]);
    expect(await post('other', postedRefund('b'))).toEqual(created);
    await owner.query('rollback');
    expect(await slow).toEqual(updated);
    expect(await post('k', postedRefund('a', { description: 'changed' }))).toEqual(updated);
  });

  it('may be of any length and of any characters', async () => {
    for (const key of ['x'.repeat(8000), "'; drop table supplier_refund --", 'é']) {
      expect(await post(key, postedRefund(key.length))).toEqual(created);
      expect(await post(key, postedRefund(key.length))).toEqual(created);
      expect((await post(key, postedRefund('b')))[0]).toBe(422);
    }
  });

  it('that is empty is none', async () => {
    await post('', postedRefund('a'));
    expect(await post('', postedRefund('a'))).toEqual(updated);
  });
});
