import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReadPool } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { createOutbox, OutboxMeasures } from './index.js';

const roles = rolesOf('oms');
let readPool: ReadPool;
let owner: pg.Client;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createOutbox(roles));
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await owner.end();
});

/** The value of each gauge. */
async function shown(): Promise<(number | undefined)[]> {
  return Promise.all(new OutboxMeasures(readPool).all.map(async ({ read }) => (await read())[0]?.value));
}

describe('the metrics of the outbox', () => {
  it('is nothing where there is nothing', async () => {
    expect(await shown()).toEqual([0, 0]);
  });

  it('is how many messages there are of all accounts, and how old the oldest is', async () => {
    for (const account of [1, 2, 3]) {
      await owner.query(
        "insert into outbox (account_id, subject, message_id, payload) values ($1, 'events.oms.x', 'one', '{}')",
        [account],
      );
    }
    await owner.query("update outbox set created_date = clock_timestamp() - interval '1 minute' where account_id = 2");
    const [messages, oldestSeconds] = await shown();
    expect(messages).toBe(3);
    expect(Math.round((oldestSeconds ?? NaN) / 60)).toBe(1);
  });

  it('is asked of PostgreSQL once for both gauges', async () => {
    let asked = 0;
    readPool.observe(() => {
      asked += 1;
    });
    await shown();
    expect(asked).toBe(1);
  });
});
