import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '@refundry/observability';
import { migrate } from '@refundry/persistence';
import { type Running } from '@refundry/service';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { accountsApp, accountsMigrations } from '../accounts.app.js';
import { CredentialsPurge } from './credentials-purge.js';

let nats: NatsServer;
let owner: pg.Client;
let accounts: Running;

beforeAll(async () => {
  nats = await NatsServer.start();
  const { url, ownerUrl } = await testDatabase('accounts');
  await migrate(ownerUrl, accountsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    insert into account (name) values ('acme');
    insert into oauth_client (account_id, name, client_id, secret_hash) values (1, '', 'c', '');
    insert into oauth_user (account_id, username, password_hash) values (1, 'u', '');
    insert into oauth_family (id, client_id, user_id, scopes) overriding system value select n, 1, 1, '{}'
    from generate_series(1, 1503) n;
    create function pair(family bigint, name text, expires text) returns void begin atomic
      insert into oauth_token_pair (family_id, access_hash, access_scopes, access_expires_date, refresh_hash,
        refresh_expires_date)
      values (family, name, '{}', now(), name, now() + expires::interval);
    end;
    select pair(1, 'current', '1 minute'), pair(1, 'just expired', '-59 minutes'), pair(2, 'old', '-1 day'),
      pair(2, 'its successor', '1 minute'), pair(3, 'ended', '-1 day'), pair(3, 'ended too', '-61 minutes');
    select pair(n, 'bulk ' || n || ' ' || i, '-2 hours') from generate_series(4, 1503) n, generate_series(1, 2) i;
    insert into oauth_login_attempts (client_id, username_hash, dates) values
      (1, 'counts', array[now() - interval '6 minutes', now() - interval '1 minute']),
      (1, 'old', array[now() - interval '6 minutes']), (1, null, '{}');
    insert into oauth_login_attempts (client_id, username_hash, dates) select 1, n, array[now() - interval '1 hour']
    from generate_series(1, 2500) n;
    insert into oauth_client (account_id, name, client_id, secret_hash, revoked_date) values
      (1, 'long revoked', 'd', '', now() - interval '31 days'),
      (1, 'just revoked', 'e', '', now() - interval '29 days'),
      (1, 'long revoked, in use', 'f', '', now() - interval '31 days');
    insert into oauth_family (id, client_id, user_id, scopes) overriding system value select 9999, id, 1, '{}'
    from oauth_client where client_id = 'f';
    insert into api_token (account_id, label, hash, scopes, expires_date, revoked_date) values
      (1, 'lasting', 'a', '{}', null, null), (1, 'running', 'b', '{}', now() + interval '1 day', null),
      (1, 'just expired', 'c', '{}', now() - interval '29 days', null),
      (1, 'long expired', 'd', '{}', now() - interval '31 days', null),
      (1, 'long revoked', 'e', '{}', null, now() - interval '31 days');
    insert into api_token (account_id, label, hash, scopes, expires_date)
    select 1, 'bulk', n, '{}', now() - interval '40 days' from generate_series(1, 2500) n;
    insert into organisation_token (account_id, sealed_token, scopes, expires_date, revoked_date) values
      (1, null, '{}', now() + interval '1 day', now() - interval '31 days'),
      (1, null, '{}', now() - interval '31 days', now() - interval '60 days'),
      (1, null, '{live}', now() + interval '1 day', now() - interval '1 day'),
      (1, 'sealed', '{live}', now() + interval '1 day', null);
  `);
  accounts = await accountsApp.serve(
    {
      natsUrl: nats.url(),
      databaseUrl: url,
      operationsHost: '127.0.0.1',
      operationsPort: 0,
      logLevel: 'silent',
      secretKey: Buffer.alloc(32).toString('base64'),
      keepEndedCredentialsDays: 30,
    },
    createLog('accounts', 'silent'),
  );
});

afterAll(async () => {
  await accounts.close();
  await owner.end();
  await nats.stop();
});

const column = async (sql: string): Promise<unknown[]> =>
  (await owner.query<{ x: unknown }>(sql)).rows.map(({ x }) => x);

describe('a round of the purge', () => {
  it('deletes what it can where something else can’t be deleted', async () => {
    const tables: (string | undefined)[] = [];
    const done = Promise.withResolvers<undefined>();
    const query = (sql: string): Promise<{ rows: number }[]> => {
      tables.push(/delete from (\w+)/.exec(sql)?.[1]);
      if (tables.length === 5) done.resolve(undefined);
      return tables.length === 1 ? Promise.reject(new Error('deadlock detected')) : Promise.resolve([{ rows: 0 }]);
    };
    const purge = new CredentialsPurge({ query } as unknown as DataSource, 30);
    purge.onApplicationBootstrap();
    await done.promise;
    await purge.beforeApplicationShutdown();
    expect(tables).toEqual([
      'oauth_token_pair',
      'oauth_login_attempts',
      'api_token',
      'organisation_token',
      'oauth_client',
    ]);
  });
});

describe('a service that runs', () => {
  beforeAll(async () => {
    await waitUntil(
      async () => (await owner.query("select from oauth_client where name = 'long revoked'")).rowCount === 0,
    );
  });

  it('forgets only expired refresh tokens with their families, and attempts that no longer count', async () => {
    expect(await column('select username_hash as x from oauth_login_attempts')).toEqual(['counts']);
    expect(await column('select refresh_hash as x from oauth_token_pair order by 1')).toEqual([
      'current',
      'its successor',
      'just expired',
    ]);
    expect(await column('select id as x from oauth_family where client_id = 1 order by 1')).toEqual(['1', '2']);
  });

  it('forgets what operators issued a month after its end, and nothing that is still used', async () => {
    expect(await column('select label as x from api_token order by hash')).toEqual([
      'lasting',
      'running',
      'just expired',
    ]);
    expect(await column('select scopes as x from organisation_token')).toEqual([['live'], ['live']]);
    expect(await column('select name as x from oauth_client order by client_id')).toEqual([
      expect.anything(),
      'just revoked',
      'long revoked, in use',
    ]);
  });
});
