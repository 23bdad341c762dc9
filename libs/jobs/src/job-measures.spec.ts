import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gauge } from '@refundry/observability';
import { dataSourceOf, ReadPool, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTable, JobMeasures, Jobs } from './index.js';
import type { WakeUps } from './wake-ups.js';

const roles = rolesOf('oms');
let application: DataSource;
let readPool: ReadPool;
let owner: pg.Client;
let jobs: Jobs;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createJobTable(roles));
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  jobs = new Jobs(new Transactions(application), readPool, { send: () => undefined } as unknown as WakeUps, {
    service: 'oms',
    natsUrl: '',
    leaseMs: 60_000,
    readyAfterMs: 60_000,
  });
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

/** The values of each gauge, by its labels. */
async function shown(gauges: readonly Gauge[]): Promise<Record<string, Record<string, number>>> {
  const read = async ({ name, read: samples }: Gauge): Promise<[string, Record<string, number>]> => [
    name,
    Object.fromEntries((await samples()).map(({ labels, value }) => [Object.values(labels).join(' '), value])),
  ];
  return Object.fromEntries(await Promise.all(gauges.map(read)));
}

describe('the metrics of jobs', () => {
  it('is nothing where there is nothing', async () => {
    expect(await shown(new JobMeasures(readPool).all)).toEqual({
      jobs: {},
      job_oldest_seconds: {},
    });
  });

  it('is how many there are of all accounts, and how old the oldest is that still goes on', async () => {
    for (const account of [1, 2, 3]) {
      await jobs.start({ account, kind: 'customers' });
    }
    await jobs.abort({ account: 3, kind: 'customers' });
    await owner.query("update job set started_date = clock_timestamp() - interval '1 hour' where account_id <> 2");
    const { jobs: byState, job_oldest_seconds: oldest } = await shown(new JobMeasures(readPool).all);
    expect(byState).toEqual({ 'customers WORKING': 2, 'customers ABORTED': 1 });
    expect(Math.round((oldest?.customers ?? NaN) / 600)).toBe(6);
  });

  it('is asked of PostgreSQL once for both gauges', async () => {
    const asked: number[] = [];
    readPool.observe(({ seconds }) => {
      asked.push(seconds);
    });
    await shown(new JobMeasures(readPool).all);
    expect(asked).toHaveLength(1);
  });
});
