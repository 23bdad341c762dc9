import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { createLog, type Running } from '@refundry/service';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { accountsApp, accountsMigrations } from '../accounts.app.js';

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
    insert into oauth_family (id, client_id, user_id, scopes) overriding system value select n, 1, 1, '{}' from generate_series(1, 1503) n;
    create function pair(family bigint, name text, expires text) returns void begin atomic
      insert into oauth_token_pair (family_id, access_hash, access_scopes, access_expires_date, refresh_hash, refresh_expires_date)
      values (family, name, '{}', now(), name, now() + expires::interval);
    end;
    select pair(1, 'current', '1 minute'), pair(1, 'just expired', '-59 minutes'), pair(2, 'old', '-1 day'), pair(2, 'its successor', '1 minute'), pair(3, 'ended', '-1 day'), pair(3, 'ended too', '-61 minutes');
    select pair(n, 'bulk ' || n || ' ' || i, '-2 hours') from generate_series(4, 1503) n, generate_series(1, 2) i;
    insert into oauth_login_attempts (client_id, username_hash, dates) values
      (1, 'counts', array[now() - interval '6 minutes', now() - interval '1 minute']), (1, 'old', array[now() - interval '6 minutes']), (1, null, '{}');
    insert into oauth_login_attempts (client_id, username_hash, dates) select 1, n, array[now() - interval '1 hour'] from generate_series(1, 2500) n;
  `);
  accounts = await accountsApp.serve({ natsUrl: nats.url(), databaseUrl: url, operationsHost: '127.0.0.1', operationsPort: 0, logLevel: 'silent', secretKey: Buffer.alloc(32).toString('base64') }, createLog('accounts', 'silent'));
});

afterAll(async () => {
  await accounts.close();
  await owner.end();
  await nats.stop();
});

const column = async (sql: string): Promise<unknown[]> => (await owner.query<{ x: unknown }>(sql)).rows.map(({ x }) => x);

describe('a service that runs', () => {
  it('forgets refresh tokens that have expired with their families, and attempts that no longer count, and nothing else', async () => {
    while ((await owner.query('select from oauth_login_attempts')).rowCount !== 1);
    expect(await column('select username_hash as x from oauth_login_attempts')).toEqual(['counts']);
    expect(await column('select refresh_hash as x from oauth_token_pair order by 1')).toEqual(['current', 'its successor', 'just expired']);
    expect(await column('select id as x from oauth_family order by 1')).toEqual(['1', '2']);
  });
});
