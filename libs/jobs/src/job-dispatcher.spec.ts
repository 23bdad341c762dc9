import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { dataSourceOf, Lane, rolesOf, Shards, Transactions } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTables } from './index.js';
import { JobBacklog } from './job-backlog.js';
import { JobClaims } from './job-claims.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobWorker } from './job-worker.js';
import type { WakeUpStream } from './wake-up-stream.js';

Logger.overrideLogger(false);

const roles = rolesOf('oms');
const options = { service: 'oms', natsUrl: '', leaseMs: 60_000, readyAfterMs: 60_000 };
const kind = 'customers';

let application: DataSource;
let lane: Lane;
let owner: pg.Client;
let shards: Shards;
let transactions: Transactions;
let claims: JobClaims;
let replicas: { readonly worker: JobWorker; readonly dispatcher: JobDispatcher }[] = [];

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createJobTables(roles));
  application = await dataSourceOf(url, []).initialize();
  lane = new Lane({ url, role: roles.reader, timeoutMs: 5000 });
  shards = new Shards(url);
  await Promise.all([lane.onModuleInit(), shards.onModuleInit()]);
  transactions = new Transactions(application);
  claims = new JobClaims(transactions, lane, options);
});

afterEach(async () => {
  await Promise.all(replicas.flatMap(({ worker, dispatcher }) => [dispatcher.beforeApplicationShutdown(), worker.beforeApplicationShutdown()]));
  replicas = [];
  await owner.query('delete from job');
});

afterAll(async () => {
  await shards.beforeApplicationShutdown();
  await lane.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

/** Jobs that were ordered a minute ago, each of an account of its own, and never announced. */
const order = (first: number, last: number): Promise<unknown> =>
  owner.query("insert into job (account_id, kind, state, started_date) select account, $3, 'WORKING', clock_timestamp() - interval '1 minute' from generate_series($1::integer, $2::integer) account", [first, last, kind]);

/** A replica without NATS, which does jobs by `work`. */
function startReplica(work: (account: number) => Promise<void>, held: Pick<Shards, 'held'> = shards): void {
  const worker = new JobWorker(transactions, claims, options);
  worker.handle(kind, ({ account }) => work(account));
  const dispatcher = new JobDispatcher(worker, new JobBacklog(claims, worker, held as Shards), { isReachable: false } as WakeUpStream, lane);
  replicas.push({ worker, dispatcher });
  dispatcher.onApplicationBootstrap();
}

const working = async (): Promise<number> => (await owner.query("select from job where state = 'WORKING'")).rowCount ?? 0;

async function untilWorking(count: number): Promise<void> {
  while ((await working()) > count) await new Promise((resolve) => setImmediate(resolve));
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('a backlog of jobs', () => {
  it('is worked off by slots that take the next job as soon as they are free, with a few reads of the table', async () => {
    await order(1, 200);
    const reads: number[] = [];
    lane.observe(({ seconds }) => { reads.push(seconds); });
    const done: number[] = [];
    startReplica((account) => Promise.resolve(void done.push(account)));
    await untilWorking(0);
    lane.observe(() => undefined);
    expect(done.toSorted((one, other) => one - other)).toEqual(range(1, 200));
    expect(reads.length).toBeLessThan(40);
  });

  it('is worked off past jobs whose rows are locked, however many they are', async () => {
    await order(1, 70);
    await owner.query('begin');
    await owner.query('select from job where account_id <= 40 for update');
    const done: number[] = [];
    const complete = Promise.withResolvers<undefined>();
    startReplica((account) => {
      if (done.push(account) === 30) complete.resolve(undefined);
      return Promise.resolve();
    });
    await complete.promise;
    await owner.query('commit');
    await untilWorking(0);
    expect(done.slice(0, 30).every((account) => account > 40)).toBe(true);
    expect(new Set(done).size).toBe(70);
  });

  it('is worked off past jobs that fail, which end as failed', async () => {
    await order(1, 50);
    startReplica((account) => (account % 2 === 0 ? Promise.reject(new Error('broken')) : Promise.resolve()));
    await untilWorking(0);
    const { rows } = await owner.query('select state, count(*)::integer as jobs from job group by state order by state');
    expect(rows).toEqual([{ state: 'FAILED', jobs: 25 }, { state: 'FINISHED', jobs: 25 }]);
  });

  it('is taken by the replicas whose shards the jobs belong to, and by another one where those have no free slot', async () => {
    await order(1, 64);
    const end = Promise.withResolvers<undefined>();
    const done = { busy: [] as number[], free: [] as number[] };
    startReplica((account) => (done.busy.push(account), end.promise.then(() => undefined)), { held: range(0, 7) });
    startReplica((account) => Promise.resolve(void done.free.push(account)), { held: range(8, 15) });
    await untilWorking(4);
    end.resolve(undefined);
    await untilWorking(0);
    expect(done.busy.every((account) => account % 16 < 8)).toBe(true);
    expect(done.free.slice(0, 28).every((account) => account % 16 >= 8)).toBe(true);
    expect([...done.busy, ...done.free].toSorted((one, other) => one - other)).toEqual(range(1, 64));
  });
});
