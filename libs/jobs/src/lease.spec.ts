import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { dataSourceOf, ReadPool, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTable } from './index.js';
import { JobClaims } from './job-claims.js';
import { JobLost, type JobRun } from './job-run.js';
import { JobWorker } from './job-worker.js';

Logger.overrideLogger(false);

const options = { service: 'oms', natsUrl: '', leaseMs: 1500, readyAfterMs: 60_000 };
const [account, kind] = [1, 'customers'];

/** A replica's worker with a connection of its own to PostgreSQL. */
interface Replica {
  readonly dataSource: DataSource;
  readonly worker: JobWorker;
}

let url: string;
let owner: pg.Client;
let readPool: ReadPool;
let job: string;
let replicas: Replica[];
/** The runs of the job, in the order in which they began. */
let runs: JobRun[];
let begun: readonly PromiseWithResolvers<void>[];
let complete: () => void;
let completed: Promise<void>;

beforeAll(async () => {
  const database = await testDatabase('oms');
  ({ url } = database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(createJobTable(rolesOf('oms')));
  readPool = new ReadPool({ url, role: rolesOf('oms').reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
});

beforeEach(async () => {
  [replicas, runs] = [[], []];
  begun = [Promise.withResolvers(), Promise.withResolvers()];
  ({ promise: completed, resolve: complete } = Promise.withResolvers<void>());
  const { rows } = await owner.query<{ id: string }>(
    "insert into job (account_id, kind, state) values ($1, $2, 'WORKING') returning id",
    [account, kind],
  );
  job = rows[0]?.id ?? '';
});

afterEach(async () => {
  complete();
  for (const { dataSource, worker } of replicas) {
    await worker.beforeApplicationShutdown();
    if (dataSource.isInitialized) await dataSource.destroy();
  }
  await owner.query('delete from job');
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await owner.end();
});

/** A replica that works on the job until it is complete, or lost. */
async function startReplica(): Promise<Replica> {
  const dataSource = await dataSourceOf(url, []).initialize();
  const transactions = new Transactions(dataSource);
  const worker = new JobWorker(transactions, new JobClaims(transactions, readPool, options), options);
  worker.handle(kind, async (run) => {
    begun[runs.push(run) - 1]?.resolve();
    await Promise.race([
      completed,
      new Promise((_resolve, reject) => {
        run.signal.addEventListener('abort', () => {
          reject(run.signal.reason as Error);
        });
      }),
    ]);
  });
  const replica = { dataSource, worker };
  replicas.push(replica);
  return replica;
}

/**
 * Gives a question: whether the lease that the job has now, and another after it, would be over by PostgreSQL's clock.
 */
async function leaseEnd(): Promise<() => Promise<boolean>> {
  const {
    rows: [lease],
  } = await owner.query<{ end: string }>(
    "select (lease_until + $2 * interval '1 ms')::text as end from job where id = $1",
    [job, options.leaseMs],
  );
  return async () =>
    (await owner.query<{ is_over: boolean }>('select clock_timestamp() > $1::timestamptz as is_over', [lease?.end]))
      .rows[0]?.is_over ?? false;
}

/** Whether a replica gets the job, as soon as that is known. */
const takes = ({ worker }: Replica): Promise<boolean> =>
  Promise.race([worker.claim(account, job), begun[1]?.promise.then(() => true) ?? false]);

describe('a job that takes longer than its lease', () => {
  it('is run once, and taken by no other replica while its worker lives', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const worked = first.worker.claim(account, job);
    await begun[0]?.promise;
    const isOver = await leaseEnd();
    await waitUntil(async () => {
      expect(await takes(second)).toBe(false);
      return isOver();
    });
    complete();
    expect(await worked).toBe(true);
    expect(runs).toHaveLength(1);
    expect((await owner.query('select state, fence::integer, attempt::integer from job')).rows).toEqual([
      { state: 'FINISHED', fence: 1, attempt: 1 },
    ]);
  });

  it('is taken by another replica when its worker no longer reaches PostgreSQL, and lost to that worker', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    const lost = first.worker.claim(account, job);
    await begun[0]?.promise;
    await first.dataSource.destroy();
    await waitUntil(() => takes(second));
    await lost;
    expect(runs[0]?.signal.reason).toBeInstanceOf(JobLost);
    complete();
    await second.worker.beforeApplicationShutdown();
    expect((await owner.query('select state, fence::integer, attempt::integer from job')).rows).toEqual([
      { state: 'FINISHED', fence: 2, attempt: 2 },
    ]);
  });
});

describe('a job that fails for what is no fault of its own, every time', () => {
  it('is tried again after a pause, by whatever replica', async () => {
    const { worker } = await startReplica();
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      let begunAt = '';
      worker.handle(kind, async () => {
        begunAt = (await owner.query<{ now: string }>('select clock_timestamp()::text as now')).rows[0]?.now ?? '';
        throw new Failure('unavailable');
      });
      await waitUntil(() => worker.claim(account, job));
      expect(
        (
          await owner.query(
            "select fence::integer, lease_until >= $1::timestamptz + interval '1 second' as is_paused from job",
            [begunAt],
          )
        ).rows,
      ).toEqual([{ fence: attempt, is_paused: true }]);
    }
  });
});

describe('a job that was begun often', () => {
  it('is given up when it never got any further', async () => {
    await owner.query('update job set attempt = 10 where id = $1', [job]);
    const { worker } = await startReplica();
    expect(await worker.claim(account, job)).toBe(true);
    expect(runs).toEqual([]);
    expect((await owner.query('select state, error from job')).rows).toEqual([
      { state: 'ABORTED', error: 'Given up: it was begun 10 times without getting any further.' },
    ]);
  });

  it('counts its attempts anew when it gets further', async () => {
    await owner.query('update job set attempt = 9 where id = $1', [job]);
    const { worker } = await startReplica();
    worker.handle(kind, async (run) => {
      await run.commit(() => Promise.resolve(() => ({ checkpoint: 1, progress: 1 })));
      throw new Failure('deadline_exceeded');
    });
    expect(await worker.claim(account, job)).toBe(true);
    expect((await owner.query('select state, attempt::integer, checkpoint from job')).rows).toEqual([
      { state: 'WORKING', attempt: 0, checkpoint: 1 },
    ]);
  });
});
