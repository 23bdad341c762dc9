import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dataSourceOf, ReadPool, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTable, Jobs, type EndedJob } from './index.js';
import { JobClaims } from './job-claims.js';
import { JobRun } from './job-run.js';
import type { JobEnd } from './job-state.js';
import type { JobsOptions } from './jobs-options.js';
import type { WakeUps } from './wake-ups.js';

const roles = rolesOf('oms');
const kind = 'addresses';

let application: DataSource;
let readPool: ReadPool;
let owner: pg.Client;
let transactions: Transactions;
let jobs: Jobs;
let claims: JobClaims;
let account = 0;
let isRefused = false;

const options: JobsOptions = {
  service: 'oms',
  natsUrl: '',
  leaseMs: 600_000,
  readyAfterMs: 600_000,
  onEnd: async (transaction, { account: of, id, kind: ofKind, state }) => {
    await transaction.query('insert into ended values ($1, $2, $3, $4)', [of, id, ofKind, state]);
    if (isRefused) throw new Error('no room for it');
  },
};

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(
    `${createJobTable(roles)} create table ended (account integer, id text, kind text, state text);
      grant all on ended to oms;`,
  );
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  transactions = new Transactions(application);
  jobs = new Jobs(transactions, readPool, { send: () => undefined } as unknown as WakeUps, options);
  claims = new JobClaims(transactions, readPool, options);
});

beforeEach(() => {
  account++;
  isRefused = false;
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

/** Begins a job of the account's, in a worker's hands. */
async function begin(): Promise<JobRun> {
  await jobs.start({ account, kind });
  const { rows } = await owner.query<{ id: string }>('select id from job where account_id = $1', [account]);
  const claimed = await claims.claim(account, rows[0]?.id ?? '', [kind]);
  return new JobRun(transactions, claimed!, options.leaseMs, options.onEnd);
}

/** The ends that the hook was told of. */
const ended = async (): Promise<EndedJob[]> =>
  (await owner.query<EndedJob>('select * from ended where account = $1', [account])).rows;

const stateOf = async ({ job: { id } }: JobRun): Promise<string | undefined> =>
  (await owner.query<{ state: string }>('select state from job where account_id = $1 and id = $2', [account, id]))
    .rows[0]?.state;

describe('the hook of the end of jobs', () => {
  it.each<JobEnd>(['FINISHED', 'FAILED', 'ABORTED'])(
    'runs once for a job that its worker ends as %s',
    async (state) => {
      const run = await begin();
      await run.end(state);
      await expect(run.end(state)).rejects.toThrow("no longer this worker's");
      await jobs.abort({ account, kind });
      expect(await ended()).toEqual([{ account, id: run.job.id, kind, state }]);
    },
  );

  it('runs once for a job that is aborted, and not for its worker, who has lost it', async () => {
    const run = await begin();
    for (let times = 0; times < 2; times++) await jobs.abort({ account, kind });
    await expect(run.end('FINISHED')).rejects.toThrow("no longer this worker's");
    expect(await ended()).toEqual([{ account, id: run.job.id, kind, state: 'ABORTED' }]);
  });

  it('runs for the job that is meant, and not for one that has begun since', async () => {
    const run = await begin();
    await jobs.abort({ account, kind }, String(Number(run.job.id) - 1));
    expect([await stateOf(run), await ended()]).toEqual(['WORKING', []]);
    await jobs.abort({ account, kind }, run.job.id);
    expect(await stateOf(run)).toBe('ABORTED');
  });

  it('runs in the transaction that ends the job: a job whose hook throws goes on', async () => {
    const run = await begin();
    isRefused = true;
    await expect(run.end('FINISHED')).rejects.toThrow('no room for it');
    await expect(jobs.abort({ account, kind })).rejects.toThrow('no room for it');
    expect([await stateOf(run), await ended()]).toEqual(['WORKING', []]);
    isRefused = false;
    await run.end('FINISHED');
    expect([await stateOf(run), await ended()]).toEqual(['FINISHED', [expect.objectContaining({ state: 'FINISHED' })]]);
  });
});
