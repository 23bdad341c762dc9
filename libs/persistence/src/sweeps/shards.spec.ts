import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { Shards } from '../index.js';

Logger.overrideLogger(false);

let urls: { url: string; ownerUrl: string };
let owner: pg.Client;
let replicas: Shards[] = [];

beforeAll(async () => {
  urls = await testDatabase('oms');
  owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
});

afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.beforeApplicationShutdown()));
  replicas = [];
});

afterAll(() => owner.end());

/** A replica that renews its lease only when it is told to. */
async function start(leaseMs?: number): Promise<Shards> {
  const replica = new Shards(urls.url, leaseMs);
  replicas.push(replica);
  await replica.renew();
  return replica;
}

const all = Array.from({ length: 16 }, (_, shard) => shard);
const held = (): number[] => replicas.flatMap((replica) => replica.held).toSorted((one, other) => one - other);
const shares = (): number[] => replicas.map((replica) => replica.held.length);

/** Twice, because a shard is taken after another replica has released it. */
async function renewAll(): Promise<void> {
  for (let round = 0; round < 2; round++) for (const replica of replicas) await replica.renew();
}

async function untilNoneIsHeldBy(replica: Shards): Promise<void> {
  await waitUntil(() => replica.held.length === 0);
}

describe('the shards of a service', () => {
  it('are all of the one replica there is', async () => {
    await start();
    expect(held()).toEqual(all);
  });

  it('are divided among the replicas, each shard leased by one', async () => {
    for (let count = 1; count <= 3; count++) await start();
    await renewAll();
    expect(held()).toEqual(all);
    for (const share of shares()) expect([4, 5, 6]).toContain(share);
  });

  it('of a replica that stops go to the others', async () => {
    await start();
    const leaving = await start();
    await renewAll();
    expect(shares()).toEqual([8, 8]);
    await leaving.beforeApplicationShutdown();
    replicas.pop();
    await renewAll();
    expect(held()).toEqual(all);
  });

  it('of a session that PostgreSQL ended are no longer held, and leased again', async () => {
    const replica = await start();
    const other = new pg.Client({ connectionString: urls.url });
    await other.connect();
    await other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shards'
        and datname = current_database()`,
    );
    await other.end();
    await untilNoneIsHeldBy(replica);
    await replica.renew();
    expect(held()).toEqual(all);
  });

  it('of a replica that is frozen go to the others when its lease runs out', async () => {
    const frozen = await start(100);
    await untilNoneIsHeldBy(frozen);
    const other = await start();
    expect(other.held).toEqual(all);
  });
});
