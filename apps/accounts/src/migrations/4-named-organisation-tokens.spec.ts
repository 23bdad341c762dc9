import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { accountsMigrations } from '../accounts.app.js';
import { NamedOrganisationTokens1764000000004 } from './4-named-organisation-tokens.js';

let owner: pg.Client;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('accounts');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await migrate(ownerUrl, accountsMigrations.slice(0, 3));
  await owner.query("insert into account (name) values ('acme')");
  await issue('sealed');
  await migrate(ownerUrl, accountsMigrations);
});

afterAll(() => owner.end());

/** As the version before issues one, or under a name. */
const issue = (sealed: string, name?: string): Promise<unknown> =>
  owner.query(
    `insert into organisation_token (account_id, sealed_token, scopes,
      expires_date${name === undefined ? '' : ', name'}) select id, $1, $2, now()${name === undefined ? '' : ', $3'}
        from account`,
    [sealed, ['reservation:read'], ...(name === undefined ? [] : [name])],
  );
const live = async (): Promise<object[]> =>
  (
    await owner.query<object>(
      'select sealed_token, scopes from organisation_token where revoked_date is null order by id',
    )
  ).rows;
const sql = { query: (text: string) => owner.query(text) } as never;
const first = { sealed_token: 'sealed', scopes: ['reservation:read'] };

describe('the migration to named organisation tokens', () => {
  it('leaves the token of an account as it is, and lets it have one of each name', async () => {
    expect(await live()).toEqual([first]);
    await expect(issue('another')).rejects.toThrow(/unique/);
    await issue('of the office', 'office');
    await expect(issue('another', 'office')).rejects.toThrow(/unique/);
    expect(await live()).toEqual([first, { ...first, sealed_token: 'of the office' }]);
  });

  it('leaves an account the token that the former version knows when taken back, and may come again', async () => {
    const migration = new NamedOrganisationTokens1764000000004();
    await migration.down(sql);
    expect(await live()).toEqual([first]);
    await expect(issue('another')).rejects.toThrow(/unique/);
    await migration.up(sql);
    expect(await live()).toEqual([first]);
  });
});
