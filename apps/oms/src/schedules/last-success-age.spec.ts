import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ReadPool, migrate } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { omsMigrations } from '../oms.app.js';
import { LastSuccessAge } from './last-success-age.js';

Logger.overrideLogger(false);

let readPool: ReadPool;
let owner: pg.Client;
const connections: string[] = [];

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, omsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  readPool = new ReadPool({ url, role: rolesOf('oms').reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  readPool.observe(({ connection }) => {
    connections.push(connection);
  });
});

beforeEach(async () => {
  await owner.query('truncate job, sync_schedule');
  connections.length = 0;
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await owner.end();
});

const schedule = (accounts: number): Promise<unknown> =>
  owner.query(
    `insert into sync_schedule (account_id, step, every_seconds, next_date, created_date)
     select account, step, every, clock_timestamp() + interval '1 hour', clock_timestamp() - interval '1 day'
     from generate_series(1, $1::integer) account,
       (values ('customers', 900), ('addresses', 86400)) steps(step, every)`,
    [accounts],
  );

const succeed = (account: number, step: string, ago: string): Promise<unknown> =>
  owner.query(
    `insert into job (account_id, kind, state, finished_date)
      values ($1, $2, 'FINISHED', clock_timestamp() - $3::interval)`,
    [account, step, ago],
  );

async function read(age: LastSuccessAge): Promise<Map<string, number>> {
  return new Map(
    (await age.gauge.read()).map(({ labels: { account, step }, value }) => [`${account} ${step}`, Math.floor(value)]),
  );
}

describe('the age of the last success', () => {
  it('is that of each step, or of its schedule where it never succeeded', async () => {
    await schedule(2);
    await succeed(1, 'customers', '10 minutes');
    await succeed(1, 'customers', '1 hour');
    const ages = await read(new LastSuccessAge(readPool));
    expect([...ages.keys()]).toEqual(['1 addresses', '1 customers', '2 addresses', '2 customers']);
    expect([...ages.values()].map((seconds) => Math.floor(seconds / 60))).toEqual([1440, 10, 1440, 1440]);
  });

  it('is read once for scrapes within seconds, grows meanwhile, never on the connection of pages', async () => {
    await schedule(1);
    let now = 0;
    const age = new LastSuccessAge(readPool, () => now);
    await Promise.all([read(age), read(age)]);
    now = 15_000;
    const later = await read(age);
    expect([connections, Math.floor(later.get('1 customers') ?? 0) - 86_400]).toEqual([['variable'], 15]);
    await succeed(1, 'customers', '1 second');
    now += 1;
    expect((await read(age)).get('1 customers')).toBe(1);
    expect(connections).toEqual(['variable', 'variable']);
  });

  it('is read in pages, and shown of the steps that are longest overdue where there are too many', async () => {
    await schedule(1500);
    await succeed(1500, 'customers', '1 second');
    const ages = await read(new LastSuccessAge(readPool));
    expect(connections).toEqual(Array.from({ length: 4 }, () => 'variable'));
    expect(ages.size).toBe(2000);
    expect([...ages.keys()].filter((name) => name.endsWith('customers'))).toHaveLength(1499);
    expect(ages.has('1500 customers')).toBe(false);
  });
});
