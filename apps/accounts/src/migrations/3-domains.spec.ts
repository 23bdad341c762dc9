import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { AccountsAndApiTokens1764000000001 } from './1-accounts-and-api-tokens.js';
import { Domains1764000000003 } from './3-domains.js';

const ofDomains = ['domain', 'organisation_token'];
let owner: pg.Client;
let reader: pg.Client;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('accounts');
  [owner, reader] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: url, options: '-c role=accounts_reader' }),
  ];
  await Promise.all([owner.connect(), reader.connect()]);
  await migrate(ownerUrl, [AccountsAndApiTokens1764000000001]);
  await owner.query("insert into account (name) values ('acme')");
  await migrate(ownerUrl, [AccountsAndApiTokens1764000000001, Domains1764000000003]);
});

afterAll(() => Promise.all([owner.end(), reader.end()]));

const tables = async (): Promise<string[]> =>
  (
    await owner.query<{ name: string }>(
      'select tablename as name from pg_tables where tablename = any($1) order by 1',
      [ofDomains],
    )
  ).rows.map(({ name }) => name);
const sql = { query: (text: string) => owner.query(text) } as never;
const issue = (sealed: string | null, revoked: string | null): Promise<unknown> =>
  owner.query(
    `insert into organisation_token (account_id, sealed_token, scopes, expires_date, revoked_date)
      select id, $1, $2, now(), $3 from account`,
    [sealed, [], revoked],
  );

describe('the migration to domains', () => {
  it('brings its tables to accounts that are there; the read pool reads them and writes nothing', async () => {
    expect(await tables()).toEqual(ofDomains);
    await owner.query("insert into domain (account_id, name) select id, 'shop.example' from account");
    expect((await reader.query('select name, is_active from domain')).rows).toEqual([
      { name: 'shop.example', is_active: true },
    ]);
    await expect(reader.query("update domain set name = 'x'")).rejects.toThrow(/permission denied/);
    expect((await reader.query('select from organisation_token')).rowCount).toBe(0);
  });

  it('lets an account have one organisation token at a time, and keeps nothing of those that ended', async () => {
    await issue('sealed', null);
    await expect(issue('another', null)).rejects.toThrow(/unique/);
    await expect(issue('sealed', '2026-01-01')).rejects.toThrow(/check/);
    await expect(issue(null, null)).rejects.toThrow(/check/);
    await issue(null, '2026-01-01');
  });

  it('goes as it came, and may come again', async () => {
    await new Domains1764000000003().down(sql);
    expect(await tables()).toEqual([]);
    await new Domains1764000000003().up(sql);
    expect(await tables()).toEqual(ofDomains);
  });
});
