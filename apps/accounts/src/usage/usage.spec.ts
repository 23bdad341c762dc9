import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { omsUsage, recordUsage, supplierRefundUsage, type UsageBatch, type UsageCount } from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { dataSourceOf, migrate } from '@refundry/persistence';
import { type Running } from '@refundry/service';
import { NatsServer, testDatabase, type ProvisionedDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { accountsApp, accountsMigrations } from '../accounts.app.js';
import { administer } from '../cli/administration.js';
import { UsagePurge } from './usage-purge.js';

let nats: NatsServer;
let database: ProvisionedDatabase;
let owner: pg.Client;
let accounts: Running;
let rpc: RpcClient;

beforeAll(async () => {
  nats = await NatsServer.start();
  database = await testDatabase('accounts');
  await migrate(database.ownerUrl, accountsMigrations);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`
    insert into account (name) values ('acme'), ('other');
    insert into oauth_user (account_id, username, password_hash) values (1, 'ayşe', ''), (2, 'ayşe', '');
    insert into organisation_token (account_id, sealed_token, scopes, expires_date)
    values (1, 'sealed', '{}', now() + interval '1 day'), (2, 'sealed', '{}', now() + interval '1 day');
  `);
  accounts = await accountsApp.serve(
    {
      natsUrl: nats.url(),
      databaseUrl: database.url,
      operationsHost: '127.0.0.1',
      operationsPort: 0,
      logLevel: 'silent',
      secretKey: Buffer.alloc(32).toString('base64'),
      keepEndedCredentialsDays: 30,
    },
    createLog('accounts', 'silent'),
  );
  rpc = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 500 });
});

beforeEach(() => owner.query('delete from usage_day'));

afterAll(async () => {
  await rpc.close();
  await accounts.close();
  await owner.end();
  await nats.stop();
});

const count = (changes: Partial<UsageCount> = {}): UsageCount => ({
  account: 1,
  family: 'oms',
  day: '2026-11-29',
  credential_kind: 'token',
  credential_id: '7',
  endpoint: 'GET /api/v1/oms/channels/',
  requests: 5,
  client_errors: 2,
  throttled: 1,
  server_errors: 1,
  bytes: 1000,
  last_used: Date.UTC(2026, 10, 29, 12),
  ...changes,
});

/** A gateway that hands over one batch after the other. */
function newGateway(): (counts: readonly UsageCount[], sequence?: number) => Promise<void> {
  const gateway = randomUUID();
  let last = 0;
  return (counts, sequence = (last += 1)) =>
    rpc.call(recordUsage, { gateway, sequence, counts } satisfies UsageBatch, 'r1');
}

/** The rows of a list, as JSON. */
async function usage(query = '', { account = 1, list = omsUsage.list } = {}): Promise<object[]> {
  const head = { requestId: 'r1', deadline: Date.now() + 10_000, caller: { account, scopes: [] }, query };
  const answer = await rpc.request(list.subject, { ...head, publicUrl: 'http://a/' });
  return (JSON.parse(Buffer.from(answer).toString()) as { results: object[] }).results;
}

const requestsOf = (rows: readonly object[]): number[] => rows.map((row) => (row as { requests: number }).requests);

describe('recording usage', () => {
  it('adds up what all gateways have counted', async () => {
    const [one, other] = [newGateway(), newGateway()];
    await one([count()]);
    await other([count({ requests: 7 })]);
    await one([count(), count({ endpoint: 'other', credential_kind: 'other', credential_id: '' })]);
    expect(await usage('by=credential,endpoint')).toEqual([
      {
        period: '2026-11-29T00:00:00Z',
        credential_kind: 'token',
        credential_id: '7',
        endpoint: 'GET /api/v1/oms/channels/',
        requests: 17,
        client_errors: 6,
        throttled: 3,
        server_errors: 3,
        bytes: 3000,
      },
      expect.objectContaining({ credential_kind: 'other', credential_id: null, endpoint: 'other', requests: 5 }),
    ]);
  });

  it('counts a batch once however often it arrives, also late and at the same time', async () => {
    const handOver = newGateway();
    await Promise.all([1, 2, 3].map(() => handOver([count()], 1)));
    await handOver([count()], 2);
    await handOver([count()], 1);
    expect(requestsOf(await usage())).toEqual([10]);
  });

  it('is done for gateways that count the same in different orders, without a deadlock', async () => {
    const counts = Array.from({ length: 100 }, (_, index) => count({ credential_id: String(index), requests: 1 }));
    const gateways = Array.from({ length: 8 }, newGateway);
    for (let round = 0; round < 5; round += 1)
      await Promise.all(gateways.map((handOver, index) => handOver(index % 2 === 0 ? counts : counts.toReversed())));
    expect(requestsOf(await usage())).toEqual([4000]);
  });

  it('notes the last use of users and organisation tokens of that account, to the minute', async () => {
    const used = Date.UTC(2026, 10, 29, 12);
    const both = (last: number): UsageCount[] => [
      count({ family: 'retail', credential_kind: 'oauth_user', credential_id: 'ayşe', last_used: last }),
      count({
        family: 'reservation',
        credential_kind: 'signed_token',
        credential_id: 'acme.example 1',
        last_used: last,
      }),
    ];
    const handOver = newGateway();
    const lastUses = async (): Promise<unknown[]> =>
      (
        await owner.query<{ last: string | null }>(
          `select extract(epoch from last_used_date) * 1000 as last from (
            select 1 as kind, account_id, last_used_date from oauth_user
            union all select 2, account_id, last_used_date from organisation_token) credential
          order by kind, account_id`,
        )
      ).rows.map(({ last }) => last && Number(last));
    for (const [last, noted] of [
      [used, used],
      [used + 30_000, used],
      [used - 90_000, used],
      [used + 90_000, used + 90_000],
    ] as const) {
      await handOver(both(last));
      expect(await lastUses()).toEqual([noted, null, noted, null]);
    }
  });
});

describe('listing usage', () => {
  beforeEach(() =>
    newGateway()([
      count({ requests: 1 }),
      count({ requests: 2, credential_id: '8' }),
      count({ requests: 4, endpoint: 'GET /api/v1/oms/customers/list-simple/' }),
      count({ requests: 8, day: '2026-11-30' }),
      count({ requests: 16, day: '2026-12-01' }),
      count({ requests: 32, account: 2 }),
      count({ requests: 64, family: 'retail', credential_kind: 'oauth_user', credential_id: 'ayşe' }),
    ]),
  );

  it.each([
    ['', [16, 8, 7]],
    ['interval=months', [16, 15]],
    ['by=credential', [16, 8, 5, 2]],
    ['by=endpoint', [16, 8, 3, 4]],
    ['by=endpoint,credential', [16, 8, 1, 4, 2]],
    ['interval=months&by=credential', [16, 13, 2]],
    ['period__gte=2026-11-30', [16, 8]],
    ['period__lt=2026-11-30', [7]],
    ['interval=months&period__lt=2026-12-01', [15]],
    ['credential_id=8', [2]],
    ['credential_kind=oauth_user', []],
    ['endpoint=GET%20/api/v1/oms/customers/list-simple/', [4]],
    ['sort=requests', [7, 8, 16]],
    ['sort=-requests&page_size=2', [16, 8]],
    ['page_size=2&page=2', [7]],
  ])('sums up by periods, credentials and endpoints: %s', async (query, expected) => {
    expect(requestsOf(await usage(query))).toEqual(expected);
  });

  it('goes along a cursor without losing a row', async () => {
    const found: number[] = [];
    let cursor = '*';
    for (;;) {
      const head = { requestId: 'r1', deadline: Date.now() + 10_000, caller: { account: 1, scopes: [] } };
      const query = `by=credential,endpoint&page_size=2&cursor=${encodeURIComponent(cursor)}`;
      const answer = await rpc.request(omsUsage.list.subject, { ...head, query, publicUrl: 'http://a/' });
      const page = JSON.parse(Buffer.from(answer).toString()) as { next: string | null; results: object[] };
      found.push(...requestsOf(page.results));
      if (page.next === null) break;
      expect(page.next).toContain('by=credential');
      cursor = new URL(page.next).searchParams.get('cursor') ?? '';
    }
    expect(found).toEqual([16, 8, 1, 4, 2]);
  });

  it('shows an account its own, and a family that of its own paths', async () => {
    expect(requestsOf(await usage('', { account: 2 }))).toEqual([32]);
    expect(requestsOf(await usage('', { account: 3 }))).toEqual([]);
    expect(requestsOf(await usage('', { list: supplierRefundUsage.list }))).toEqual([64]);
    expect(requestsOf(await usage('', { account: 2, list: supplierRefundUsage.list }))).toEqual([]);
  });

  it('refuses intervals and groupings that there are not', async () => {
    await expect(usage('interval=hours&by=colour')).rejects.toMatchObject({
      code: 'invalid',
      fields: { interval: ['"hours" is not a valid choice.'], by: ['"colour" is not a valid choice.'] },
    });
  });
});

describe('usage for operators', () => {
  it('sums up the last days of an account by credential', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const before = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await newGateway()([
      count({ day }),
      count({ day, endpoint: 'GET /api/v1/oms/cities/' }),
      count({ day, account: 2 }),
      count({ day: before }),
    ]);
    const listed = await administer({ databaseUrl: database.url, operator: 'ayşe' }, ({ usage: service }) =>
      service.ofLastDays('acme', 1),
    );
    expect(listed).toEqual([
      {
        day,
        family: 'oms',
        credential_kind: 'token',
        credential_id: '7',
        requests: 10,
        client_errors: 4,
        throttled: 2,
        server_errors: 2,
        bytes: 2000,
      },
    ]);
  });
});

describe('the purge of usage', () => {
  it('deletes what is older than 400 days, and gateways that have long been away', async () => {
    const gateway = randomUUID();
    await owner.query(
      `insert into usage_day (account_id, family, day, credential_kind, credential_id, endpoint, requests,
         client_errors, throttled, server_errors, bytes)
       select 1, 'oms', date_trunc('day', now(), 'UTC') - age * interval '1 day', 'token', n, '', age, 0, 0, 0, 0
       from unnest(array[0, 400, 401, 900]) age, generate_series(1, 1200) n`,
    );
    await owner.query(`insert into usage_source values ($1, 1, now() - interval '31 days')`, [gateway]);
    const dataSource = await dataSourceOf(database.url, []).initialize();
    const purge = new UsagePurge(dataSource);
    purge.onApplicationBootstrap();
    await waitUntil(
      async () => (await owner.query('select from usage_source where id = $1', [gateway])).rowCount === 0,
    );
    await purge.beforeApplicationShutdown();
    await dataSource.destroy();
    const { rows } = await owner.query<{ requests: string; n: string }>(
      'select requests, count(*) as n from usage_day group by 1 order by 1',
    );
    expect(rows).toEqual([
      { requests: '0', n: '1200' },
      { requests: '400', n: '1200' },
    ]);
  });
});
