import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, rowCount } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { ListedRefunds1764000000004 } from './4-listed-refunds.js';

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
    reservationRefundMigrations.filter((migration) => migration !== ListedRefunds1764000000004),
  );
  await owner.query(
    `alter table refund drop constraint refund_account_id_reservation_id_fkey,
      drop constraint refund_account_id_rule_id_rule_version_fkey`,
  );
  await request(owner, '2026-01-02', '2026-01-01');
  await migrate(ownerUrl, reservationRefundMigrations);
});

afterAll(() => Promise.all([owner.end(), service.end()]));

/** As the service writes them, in this version and the one before. */
async function request(client: pg.Client, ...dates: string[]): Promise<void> {
  for (const date of dates) {
    await client.query(
      `insert into refund (account_id, reservation_id, status, price, penalty, rule_id, rule_version, requested_date)
        select 1, coalesce(max(id), 0) + 1, 'requested', 1, 0, 1, 1, $1 from refund`,
      [`${date}Z`],
    );
  }
}
const dates = async (): Promise<string[]> =>
  (
    await owner.query<{ date: string }>(
      "select to_char(requested_date at time zone 'UTC', 'YYYY-MM-DD US') as date from refund order by id",
    )
  ).rows.map(({ date }) => date);
const counted = async (): Promise<unknown> =>
  (await owner.query<{ n: string }>(`select (${rowCount('refund')}) as n`, [1])).rows;

describe('the migration to listed refunds', () => {
  it('counts those that are there, leaves them as they are, and puts others behind them', async () => {
    await request(service, '2026-01-01', '2026-01-03');
    expect(await dates()).toEqual(['2026-01-02 000000', '2026-01-01 000000', '2026-01-02 000001', '2026-01-03 000000']);
    expect(await counted()).toEqual([{ n: '4' }]);
  });

  it('goes as it came, and may come again', async () => {
    const sql = { query: (text: string) => owner.query(text) } as never;
    await new ListedRefunds1764000000004().down(sql);
    await request(service, '2026-01-01');
    await new ListedRefunds1764000000004().up(sql);
    await request(service, '2026-01-01');
    expect((await dates()).slice(-2)).toEqual(['2026-01-01 000000', '2026-01-03 000001']);
    expect(await counted()).toEqual([{ n: '6' }]);
  });
});
