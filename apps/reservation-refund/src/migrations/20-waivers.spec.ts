import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOf, migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { Waivers1764000000020 } from './20-waivers.js';

const migration = new Waivers1764000000020();

let owner: pg.Client;
let database: DataSource;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('reservation-refund');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await migrate(
    ownerUrl,
    reservationRefundMigrations.filter((other) => other !== Waivers1764000000020),
  );
  await owner.query('alter table refund drop constraint refund_account_id_rule_id_rule_version_fkey');
  await owner.query(`
    insert into reservation (account_id, id, local_pnr, local_pnr_key, service, issued_at, starts_at, zone, passengers,
      price, status) values (1, 1, 'L', 'L', 'flight', now(), now(), 'Asia/Tehran', 2, 100, 'refund')`);
  await request();
  database = await dataSourceOf(ownerUrl, []).initialize();
  await run('up');
});

afterAll(async () => {
  await database.destroy();
  await owner.end();
});

async function run(direction: 'up' | 'down'): Promise<void> {
  const runner = database.createQueryRunner();
  await migration[direction](runner);
  await runner.release();
}

/** As the version before writes it. */
const request = (): Promise<unknown> =>
  owner.query(`insert into refund (account_id, reservation_id, status, price, penalty, rule_id, rule_version,
    requested_date) values (1, 1, 'requested', 100, 30, 1, 1, now())`);
const rowsOf = async (table: string): Promise<object[]> =>
  (await owner.query<object>(`select waived, waiver_id from ${table}`)).rows;
const nothing = { waived: '0', waiver_id: null };

describe('the migration to waivers', () => {
  it('leaves refunds that have waived nothing, also those that the version before still writes', async () => {
    await owner.query("update refund set status = 'rejected'");
    await request();
    expect(await rowsOf('refund')).toEqual([nothing, nothing]);
    expect(await rowsOf('refund_passenger')).toEqual(Array.from({ length: 4 }, () => nothing));
  });

  it('may be repeated where it was broken off', async () => {
    await owner.query(`
      drop index waiver_ending;
      alter table refund_passenger drop column waiver_id`);
    await run('up');
    expect(await rowsOf('refund_passenger')).toContainEqual(nothing);
    const { rowCount } = await owner.query("select from pg_class where relname = 'waiver_ending'");
    expect(rowCount).toBe(1);
  });

  it('goes as it came', async () => {
    await run('down');
    const { rows } = await owner.query("select relname from pg_class where relname like 'waiver%'");
    expect(rows).toEqual([]);
    await run('up');
    expect(await rowsOf('refund')).toHaveLength(2);
  });
});
