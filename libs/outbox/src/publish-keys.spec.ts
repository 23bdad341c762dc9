import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dataSourceOf, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { eventType, JsonField } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { maxEventBytes } from './event-stream.js';
import { createOutbox, publishKeys } from './index.js';

class Keys {
  @JsonField({ label: 'Keys' }) keys!: readonly (string | number)[];
}

const saved = eventType({
  family: 'oms',
  type: 'oms.customer.saved',
  version: 1,
  summary: 'Keys were saved',
  of: Keys,
  example: { keys: ['a'] },
});

let application: DataSource;
let owner: pg.Client;
let transactions: Transactions;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createOutbox(rolesOf('oms')));
  application = await dataSourceOf(url, []).initialize();
  transactions = new Transactions(application);
});

beforeEach(() => owner.query('delete from outbox'));

afterAll(async () => {
  await application.destroy();
  await owner.end();
});

/** The keys of each event that is left. */
async function left(keys: readonly (string | number)[], limits: { maxKeys?: number } = {}): Promise<Keys['keys'][]> {
  await transactions.run({ account: 1 }, (transaction) =>
    publishKeys(transaction, { account: 1, type: saved, keys, ...limits, contentOf: (some) => ({ keys: some }) }),
  );
  const { rows } = await owner.query<{ payload: Keys }>('select payload from outbox order by id');
  for (const { payload } of rows) expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(maxEventBytes);
  return rows.map(({ payload }) => payload.keys);
}

const numbered = (count: number, first = 1): number[] => Array.from({ length: count }, (_, index) => first + index);

describe('keys that are published', () => {
  it('leave no event when there are none', async () => {
    expect(await left([])).toEqual([]);
  });

  it('are named in their order, so many at a time as an event may name', async () => {
    expect(await left(numbered(1001), { maxKeys: 500 })).toEqual([numbered(500), numbered(500, 501), [1001]]);
  });

  it('are as few as the bytes of an event allow, where they are long', async () => {
    const [long, longest] = [numbered(500, 9_000_000_000_000_000), '\u0001'.repeat(299)];
    const events = await left(long, { maxKeys: 500 });
    expect(events.length).toBe(2);
    expect(events.flat()).toEqual(long);
    await owner.query('delete from outbox');
    expect(await left([longest, longest, longest, longest])).toEqual([[longest, longest, longest], [longest]]);
  });
});
