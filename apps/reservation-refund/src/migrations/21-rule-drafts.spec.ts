import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { RuleDrafts1764000000021 } from './21-rule-drafts.js';

let owner: pg.Client;
let service: pg.Client;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('reservation-refund');
  [owner, service] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: url, options: '-c refundry.account=1' }),
  ];
  await Promise.all([owner.connect(), service.connect()]);
  await migrate(
    ownerUrl,
    reservationRefundMigrations.filter((migration) => migration !== RuleDrafts1764000000021),
  );
  await save('former');
  await migrate(ownerUrl, reservationRefundMigrations);
});

afterAll(() => Promise.all([owner.end(), service.end()]));

/** As the version before writes them, with the copy of the version. */
async function save(name: string): Promise<void> {
  const { rows } = await service.query<{ id: string }>(
    `insert into refund_rules (account_id, version, domain, name, grace_minutes, tiers, specificity, is_retired)
      values (1, 1, 'shop.example', $1, 0, '[]', 0, false) returning id`,
    [name],
  );
  await service.query('insert into refund_rules_version select * from refund_rules where id = $1', [rows[0]?.id]);
}

const departures = async (table: string): Promise<unknown[]> =>
  (
    await owner.query<[string, string | null]>({
      text: `select name, departs_from || '-' || departs_until from ${table} order by id`,
      rowMode: 'array',
    })
  ).rows;

describe('the migration to drafts', () => {
  it('leaves rules for all departures, also those that the version before writes', async () => {
    await save('latter');
    for (const table of ['refund_rules', 'refund_rules_version'])
      expect(await departures(table)).toEqual([
        ['former', null],
        ['latter', null],
      ]);
  });

  it('goes as it came, and may come again', async () => {
    const sql = { query: (text: string) => owner.query(text) } as never;
    const migration = new RuleDrafts1764000000021();
    await migration.down(sql);
    await save('between');
    await migration.up(sql);
    expect(await departures('refund_rules')).toHaveLength(3);
  });
});
