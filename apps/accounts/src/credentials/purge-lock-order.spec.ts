import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOf, migrate } from '@refundry/persistence';
import { deadlocksIn, testDatabase, type ProvisionedDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { accountsMigrations } from '../accounts.app.js';
import { CredentialsPurge } from './credentials-purge.js';

const families = 40;
/** More than a batch: a purge at the same time finds others of the same families. */
const pairs = 4000;

let database: ProvisionedDatabase;
let owner: pg.Client;
let replicas: DataSource[];

beforeAll(async () => {
  database = await testDatabase('accounts');
  await migrate(database.ownerUrl, accountsMigrations);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`
    insert into account (name) values ('acme');
    insert into oauth_client (account_id, name, client_id, secret_hash) values (1, '', 'c', '');
    insert into oauth_user (account_id, username, password_hash) values (1, 'u', '');
  `);
  replicas = await Promise.all([1, 2, 3].map(() => dataSourceOf(database.url, []).initialize()));
});

afterAll(() => owner.end());

const rows = async (table: string): Promise<number> => (await owner.query(`select from ${table}`)).rowCount ?? 0;

describe('replicas that purge refresh tokens of the same families at the same time', () => {
  it('get in no deadlock, and leave neither a token nor a family', async () => {
    for (let round = 0; round < 5; round += 1) {
      await owner.query(
        `insert into oauth_family (id, client_id, user_id, scopes) overriding system value select n, 1, 1, '{}'
          from generate_series(1, ${families}) n`,
      );
      await owner.query(`insert into oauth_token_pair (family_id, access_hash, access_scopes, access_expires_date,
          refresh_hash, refresh_expires_date)
        select 1 + n % ${families}, n, '{}', now(), n, now() - interval '2 hours' from generate_series(1, ${pairs}) n`);
      const purges = replicas.map((dataSource) => new CredentialsPurge(dataSource, 30));
      for (const purge of purges) purge.onApplicationBootstrap();
      await waitUntil(async () => (await rows('oauth_token_pair')) === 0);
      await Promise.all(purges.map((purge) => purge.beforeApplicationShutdown()));
      expect(await rows('oauth_family')).toBe(0);
    }
    for (const dataSource of replicas) await dataSource.destroy();
    expect(await deadlocksIn(database)).toBe(0);
  });
});
