import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { RpcConnection } from '@refundry/messaging';
import { continued, currentTraceHeaders } from '@refundry/observability';
import { dataSourceOf, ReadPool, Shards, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createJobTable, Jobs, WakeUps } from './index.js';
import { JobBacklog } from './job-backlog.js';
import { JobClaims } from './job-claims.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobWorker } from './job-worker.js';

Logger.overrideLogger(false);

const roles = rolesOf('oms');
const options = { service: 'oms', natsUrl: '', leaseMs: 60_000, readyAfterMs: 60_000 };
const kind = 'customers';

let application: DataSource;
let readPool: ReadPool;
let owner: pg.Client;
let shards: Shards;
let transactions: Transactions;
let claims: JobClaims;
let replicas: { readonly worker: JobWorker; readonly dispatcher: JobDispatcher }[] = [];

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createJobTable(roles));
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  shards = new Shards(url);
  await Promise.all([readPool.onModuleInit(), shards.onModuleInit()]);
  transactions = new Transactions(application);
  claims = new JobClaims(transactions, readPool, options);
});

afterEach(async () => {
  await Promise.all(
    replicas.flatMap(({ worker, dispatcher }) => [
      dispatcher.beforeApplicationShutdown(),
      worker.beforeApplicationShutdown(),
    ]),
  );
  replicas = [];
  await owner.query('delete from job');
});

afterAll(async () => {
  await shards.beforeApplicationShutdown();
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

/** Jobs that were ordered a minute ago, each of an account of its own, and never announced. */
const order = (first: number, last: number): Promise<unknown> =>
  owner.query(
    `insert into job (account_id, kind, state, started_date)
      select account, $3, 'WORKING', clock_timestamp() - interval '1 minute'
      from generate_series($1::integer, $2::integer) account`,
    [first, last, kind],
  );

const withoutNats = { receive: () => () => undefined } as unknown as WakeUps;

/** A replica that does jobs by `work`. */
function startReplica(
  work: (account: number) => Promise<void>,
  held: Pick<Shards, 'held'> = shards,
  wakeUps = withoutNats,
): void {
  const worker = new JobWorker(transactions, claims, options);
  worker.handle(kind, ({ account }) => work(account));
  const dispatcher = new JobDispatcher(worker, new JobBacklog(claims, worker, held as Shards), wakeUps, readPool);
  replicas.push({ worker, dispatcher });
  dispatcher.onApplicationBootstrap();
}

const working = async (): Promise<number> =>
  (await owner.query("select from job where state = 'WORKING'")).rowCount ?? 0;

async function untilWorking(count: number): Promise<void> {
  await waitUntil(async () => (await working()) <= count);
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('a backlog of jobs', () => {
  it('is worked off by slots that take the next job as soon as they are free, with few table reads', async () => {
    await order(1, 200);
    const reads: number[] = [];
    readPool.observe(({ seconds }) => {
      reads.push(seconds);
    });
    const done: number[] = [];
    startReplica((account) => Promise.resolve(void done.push(account)));
    await untilWorking(0);
    readPool.observe(() => undefined);
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
    const { rows } = await owner.query(
      'select state, count(*)::integer as jobs from job group by state order by state',
    );
    expect(rows).toEqual([
      { state: 'FAILED', jobs: 25 },
      { state: 'FINISHED', jobs: 25 },
    ]);
  });

  it('is taken by the replicas that own the shards of its jobs, by another where those have no free slot', async () => {
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

describe('a wake-up', () => {
  const storeDir = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const span = () => ({ name: 'order', kind: SpanKind.SERVER });
  let nats: NatsServer;
  let connections: RpcConnection[] = [];

  beforeAll(async () => {
    nats = await NatsServer.start({ storeDir });
  });

  afterEach(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    connections = [];
  });

  afterAll(async () => {
    await nats.stop();
    rmSync(storeDir, { recursive: true });
  });

  async function openConnection(user?: string): Promise<RpcConnection> {
    const connection = await RpcConnection.open(nats.url(user), 'spec');
    connections.push(connection);
    return connection;
  }

  const wakeUpsOf = async (user?: string): Promise<WakeUps> => new WakeUps(await openConnection(user), 'oms');

  /** Replicas whose subscriptions NATS has. @returns the traces and accounts of the jobs they do */
  async function startReplicas(count: number): Promise<[number, string | undefined][]> {
    const done: [number, string | undefined][] = [];
    for (let replica = 0; replica < count; replica++)
      startReplica(
        (account) => Promise.resolve(void done.push([account, currentTraceHeaders().traceparent])),
        { held: [] },
        await wakeUpsOf(),
      );
    await Promise.all(connections.map((connection) => connection.judged()));
    return done;
  }

  it('brings the trace of each order to one of several replicas, which does the job', async () => {
    const done = await startReplicas(3);
    const jobs = new Jobs(transactions, readPool, await wakeUpsOf(), options);
    for (let account = 1; account <= 8; account++) {
      await continued({ traceparent }, span, () => jobs.start({ account, kind }));
      await untilWorking(0);
    }
    expect(done).toEqual(range(1, 8).map((account) => [account, traceparent]));
  });

  it('that is lost costs the delay of a sweep', async () => {
    const done = await startReplicas(1);
    const jobs = new Jobs(transactions, readPool, { send: () => undefined } as unknown as WakeUps, options);
    await jobs.start({ account: 1, kind });
    await untilWorking(0);
    expect(done).toEqual([[1, undefined]]);
  });

  it('is understood by the former release, whose wake-ups pass through a stream, and understands those', async () => {
    const { subject } = await wakeUpsOf();
    const [connection] = connections as [RpcConnection];
    const manager = await jetstreamManager(connection.nats, { checkAPI: false });
    await manager.streams.add({ name: 'jobs_oms', subjects: [subject], retention: RetentionPolicy.Workqueue });
    await manager.consumers.add('jobs_oms', { durable_name: 'workers', ack_policy: AckPolicy.Explicit });
    const consumer = await jetstream(connection.nats).consumers.get('jobs_oms', 'workers');
    const silent = { send: () => undefined } as unknown as WakeUps;
    await transactions.run({ account: 1 }, (transaction) =>
      new Jobs(transactions, readPool, silent, options).startWithin(transaction, { account: 1, kind }),
    );
    const {
      rows: [job],
    } = await owner.query<{ id: string }>('select id from job');

    (await wakeUpsOf()).send(1, job!.id);
    const heard = await consumer.next();
    expect(heard?.json()).toEqual({ account: 1, job: job!.id });
    heard?.ack();

    const done = await startReplicas(1);
    await jetstream(connection.nats).publish(subject, JSON.stringify({ account: 1, job: job!.id, traceparent }), {
      msgID: `job-1-${job!.id}`,
    });
    await untilWorking(0);
    expect(done).toEqual([[1, traceparent]]);
    await manager.streams.delete('jobs_oms');
  });

  it('that NATS does not let through makes a replica not ready until it does', async () => {
    const user = { user: 'oms', password: 'secret', publish: ['jobs.oms.wake-up'], subscribe: ['jobs.oms.wake-up'] };
    const strict = await NatsServer.start({ users: [{ ...user, subscribe: ['oms.>'] }] });
    const connection = await RpcConnection.open(strict.url('oms'), 'spec');
    const wakeUps = new WakeUps(connection, 'oms');
    const isReady = (): boolean => wakeUps.isReady;
    wakeUps.receive(() => undefined);
    await connection.judged();
    expect(isReady()).toBe(false);
    strict.reload({ users: [user] });
    await waitUntil(isReady);
    strict.reload({ users: [{ ...user, subscribe: ['oms.>'] }] });
    await waitUntil(() => !isReady());
    await connection.close();
    await strict.stop();
  });
});
