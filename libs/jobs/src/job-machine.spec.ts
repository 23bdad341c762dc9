import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOf, ReadPool, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTable, Jobs } from './index.js';
import { JobClaims } from './job-claims.js';
import { JobLost, JobRun } from './job-run.js';
import { nextStatuses, type JobState } from './job-state.js';
import type { WakeUps } from './wake-ups.js';

const roles = rolesOf('oms');
const options = { service: 'oms', natsUrl: '', leaseMs: 600_000, readyAfterMs: 600_000 };
const kind = 'addresses';
const everyJob = { kinds: [kind], limit: 1000, shards: [], isOwn: false, waitedMs: 0, graceMs: 2000 };

let application: DataSource;
let readPool: ReadPool;
let owner: pg.Client;
let transactions: Transactions;
let jobs: Jobs;
let claims: JobClaims;
/** Every run of a model has accounts of its own. */
let nextAccount = 1;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(
    `${createJobTable(roles)} create table written (account_id integer, job bigint, n integer,
      primary key (account_id, job, n)); grant all on written to oms;`,
  );
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  transactions = new Transactions(application);
  jobs = new Jobs(transactions, readPool, { send: () => undefined } as unknown as WakeUps, options);
  claims = new JobClaims(transactions, readPool, options);
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

/** The condition on an account's latest job. */
interface Model {
  state: JobState | undefined;
  /** How far it has got; an order after a failure or an abort goes on there. */
  checkpoint: number;
  isHeld: boolean;
}

/** The workers of an account: the one that holds its job, and those that lost it without knowing. */
interface Real {
  readonly account: number;
  holder: JobRun<number, number> | undefined;
  readonly zombies: JobRun<number, number>[];
  seen: JobState | undefined;
}

type Command = fc.AsyncCommand<Model, Real>;

interface Row {
  id: string;
  state: JobState;
  checkpoint: number | null;
}

async function latestRow(account: number): Promise<Row | undefined> {
  const { rows } = await owner.query<Row>(
    'select id, state, checkpoint from job where account_id = $1 order by id desc limit 1',
    [account],
  );
  return rows[0];
}

/** Writes a row and that it is written. */
const writePage = (run: JobRun<number, number>, n: number): Promise<void> =>
  run.commit(async (transaction) => {
    await transaction.query('insert into written values ($1, $2, $3)', [run.account, run.job.id, n]);
    return () => ({ checkpoint: n, progress: n });
  });

async function expectAgreement(model: Model, real: Real): Promise<void> {
  const row = await latestRow(real.account);
  expect(row?.state).toBe(model.state);
  if (row) expect(row.checkpoint ?? 0).toBe(model.checkpoint);
  const { rows } = await owner.query<{ live: number; written: number }>(
    `select (select count(*)::integer from job where account_id = $1 and state = 'WORKING') as live,
      (select coalesce(max(n), 0) from written where account_id = $1) as written`,
    [real.account],
  );
  expect(rows[0]?.live).toBe(model.state === 'WORKING' ? 1 : 0);
  if (model.state !== undefined && row?.state !== real.seen)
    expect(nextStatuses[real.seen ?? 'READY']).toContain(model.state);
  real.seen = row?.state;
  for (const zombie of real.zombies) await expect(writePage(zombie, 1000)).rejects.toBeInstanceOf(JobLost);
}

/** A command that is always possible, or when the job is held. */
function command(
  name: string,
  needs: 'nothing' | 'a holder',
  run: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check: (model) => needs === 'nothing' || model.isHeld,
    run: async (model, real) => {
      await run(model, real);
      await expectAgreement(model, real);
    },
    toString: () => name,
  };
}

function ordered(model: Model): void {
  if (model.state === 'FINISHED' || model.state === undefined) model.checkpoint = 0;
  model.state = 'WORKING';
  model.isHeld = false;
}

/** The worker has lost the job; it may not know. */
function letGo(model: Model, real: Real): void {
  if (real.holder) real.zombies.push(real.holder);
  real.holder = undefined;
  model.isHeld = false;
}

const order = (callers: number): Command =>
  command(`${callers} order it`, 'nothing', async (model, real) => {
    const wasLive = model.state === 'WORKING';
    const answers = await Promise.all(
      Array.from({ length: callers }, () => jobs.start({ account: real.account, kind })),
    );
    expect(answers.filter((isNew) => isNew)).toHaveLength(wasLive ? 0 : 1);
    if (!wasLive) ordered(model);
  });

const claim = (workers: number): Command =>
  command(`${workers} want it`, 'nothing', async (model, real) => {
    const id = (await latestRow(real.account))?.id ?? '1';
    const claimed = (
      await Promise.all(Array.from({ length: workers }, () => claims.claim(real.account, id, [kind])))
    ).filter((job) => job !== undefined);
    expect(claimed).toHaveLength(model.state === 'WORKING' && !model.isHeld ? 1 : 0);
    if (!claimed[0]) return;
    expect(claimed[0].checkpoint ?? 0).toBe(model.checkpoint);
    real.holder = new JobRun(transactions, claimed[0], options.leaseMs);
    model.isHeld = true;
  });

const page = command('it writes a page', 'a holder', async (model, real) => {
  await writePage(real.holder!, model.checkpoint + 1);
  model.checkpoint += 1;
});

const pages = command('it writes three pages at a time', 'a holder', async (model, real) => {
  const first = model.checkpoint + 1;
  await Promise.all([first, first + 1, first + 2].map((n) => writePage(real.holder!, n)));
  model.checkpoint += 3;
});

const failedPage = command(
  'a page comes to nothing, nor does the next, and it gives the job back',
  'a holder',
  async (model, real) => {
    const { holder } = real;
    const failed = holder!.commit(async (transaction) => {
      await transaction.query('insert into written values ($1, $2, 999)', [real.account, holder!.job.id]);
      throw new Error('no such page');
    });
    const next = writePage(holder!, 998);
    await expect(failed).rejects.toThrow('no such page');
    await expect(next).rejects.toThrow('no such page');
    await holder!.release();
    real.holder = undefined;
    model.isHeld = false;
  },
);

const crash = command('it falls silent until its lease has run out', 'a holder', async (model, real) => {
  await owner.query(
    `update job set lease_until = clock_timestamp() - interval '1 s' where account_id = $1 and state = 'WORKING'`,
    [real.account],
  );
  expect(await claims.claimable(everyJob)).toContainEqual({
    account: real.account,
    id: real.holder!.job.id,
    since: expect.any(String),
  });
  const successor = await claims.claim(real.account, real.holder!.job.id, [kind]);
  letGo(model, real);
  real.holder = new JobRun(transactions, successor!, options.leaseMs);
  model.isHeld = true;
});

const release = command('it gives the job back', 'a holder', async (model, real) => {
  await real.holder!.release();
  real.holder = undefined;
  model.isHeld = false;
});

const end = (state: 'FINISHED' | 'FAILED'): Command =>
  command(`it ends ${state}`, 'a holder', async (model, real) => {
    await real.holder!.end(state);
    letGo(model, real);
    model.state = state;
  });

const abort = command('somebody aborts it', 'nothing', async (model, real) => {
  await jobs.abort({ account: real.account, kind });
  if (model.state !== 'WORKING') return;
  letGo(model, real);
  model.state = 'ABORTED';
});

describe('the jobs of an account', () => {
  it('follow the table of states: at most one live, no write of a worker that lost it, nothing lost', async () => {
    const commands = fc.commands(
      [
        fc.constant(order(1)),
        fc.constant(order(5)),
        fc.constant(claim(1)),
        fc.constant(claim(4)),
        fc.constant(page),
        fc.constant(pages),
        fc.constant(failedPage),
        fc.constant(crash),
        fc.constant(release),
        fc.constant(end('FINISHED')),
        fc.constant(end('FAILED')),
        fc.constant(abort),
      ],
      { maxCommands: 40 },
    );
    await fc.assert(
      fc.asyncProperty(commands, (steps) =>
        fc.asyncModelRun(
          () => ({
            model: { state: undefined, checkpoint: 0, isHeld: false },
            real: { account: nextAccount++, holder: undefined, zombies: [], seen: undefined },
          }),
          steps,
        ),
      ),
      { numRuns: 200 },
    );
  });
});

describe('pieces of a job that are begun together', () => {
  it('are done one at a time, so that a later one holds no lock that an earlier one waits for', async () => {
    const account = nextAccount++;
    await jobs.start({ account, kind });
    const run = new JobRun<number, number>(
      transactions,
      (await claims.claim(account, (await latestRow(account))!.id, [kind]))!,
      options.leaseMs,
    );
    let underWay = 0;
    const piece = (n: number): Promise<void> =>
      run.commit(async (transaction) => {
        expect(++underWay).toBe(1);
        await transaction.query('insert into written values ($1, $2, $3)', [account, run.job.id, n]);
        underWay--;
        return () => ({ checkpoint: n, progress: n });
      });
    await Promise.all([1, 2, 3].map(piece));
    expect((await latestRow(account))?.checkpoint).toBe(3);
  });
});
