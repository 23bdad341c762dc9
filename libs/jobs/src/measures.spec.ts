import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gauge } from '@refundry/observability';
import { dataSourceOf, ReadPool, rolesOf, Transactions } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTables, JobMeasures, Jobs, OutboxMeasures } from './index.js';
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
  await owner.query(createJobTables(roles));
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

describe('the metrics of jobs and the outbox', () => {
  it('is nothing where there is nothing', async () => {
    expect(await shown([...new JobMeasures(readPool).all, ...new OutboxMeasures(readPool).all])).toEqual({
      jobs: {},
      job_oldest_seconds: {},
      outbox_messages: { '': 0 },
      outbox_oldest_seconds: { '': 0 },
    });
  });

  it('is how many there are of all accounts, and how old the oldest is that still goes on', async () => {
    for (const account of [1, 2, 3]) {
      await jobs.start({ account, kind: 'customers' });
      await owner.query(
        "insert into outbox (account_id, subject, message_id, payload) values ($1, 'events.oms.x', 'one', '{}')",
        [account],
      );
    }
    await jobs.abort({ account: 3, kind: 'customers' });
    await owner.query("update job set started_date = clock_timestamp() - interval '1 hour' where account_id <> 2");
    await owner.query("update outbox set created_date = clock_timestamp() - interval '1 minute' where account_id = 2");
    const {
      jobs: byState,
      job_oldest_seconds: oldest,
      outbox_messages: messages,
      outbox_oldest_seconds: waiting,
    } = await shown([...new JobMeasures(readPool).all, ...new OutboxMeasures(readPool).all]);
    expect([byState, messages]).toEqual([{ 'customers WORKING': 2, 'customers ABORTED': 1 }, { '': 3 }]);
    expect(Math.round((oldest?.customers ?? NaN) / 600)).toBe(6);
    expect(Math.round((waiting?.[''] ?? NaN) / 60)).toBe(1);
  });

  it('is asked of PostgreSQL once for both gauges', async () => {
    const asked: number[] = [];
    readPool.observe(({ seconds }) => {
      asked.push(seconds);
    });
    await shown(new JobMeasures(readPool).all);
    await shown(new OutboxMeasures(readPool).all);
    expect(asked).toHaveLength(2);
  });
});
