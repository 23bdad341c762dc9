import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { AccountsAndApiTokens1764000000001 } from './1-accounts-and-api-tokens.js';
import { OAuth1764000000002 } from './2-oauth.js';

const ofOAuth = ['oauth_client', 'oauth_family', 'oauth_login_attempts', 'oauth_token_pair', 'oauth_user'];
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
  await migrate(ownerUrl, [AccountsAndApiTokens1764000000001, OAuth1764000000002]);
});

afterAll(() => Promise.all([owner.end(), reader.end()]));

const tables = async (): Promise<string[]> =>
  (
    await owner.query<{ name: string }>(
      "select tablename as name from pg_tables where tablename like 'oauth%' order by 1",
    )
  ).rows.map(({ name }) => name);
const sql = { query: (text: string) => owner.query(text) } as never;

describe('the migration to OAuth', () => {
  it('brings its tables to accounts that are there; the read pool reads what it must and writes nothing', async () => {
    expect(await tables()).toEqual(ofOAuth);
    await owner.query(
      "insert into oauth_user (account_id, username, password_hash) select id, 'ayşe', '' from account",
    );
    expect((await reader.query('select username from oauth_user')).rows).toEqual([{ username: 'ayşe' }]);
    await expect(reader.query("update oauth_user set username = 'x'")).rejects.toThrow(/permission denied/);
    await expect(reader.query('select from oauth_login_attempts')).rejects.toThrow(/permission denied/);
  });

  it('goes as it came, and may come again', async () => {
    await new OAuth1764000000002().down(sql);
    expect(await tables()).toEqual([]);
    await new OAuth1764000000002().up(sql);
    expect(await tables()).toEqual(ofOAuth);
    expect((await owner.query('select name from account')).rows).toEqual([{ name: 'acme' }]);
  });
});
