import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { evenPrices, sharesOf } from '../quotes/shares.js';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { PartialRefunds1764000000018 } from './18-partial-refunds.js';

interface WholeRefund {
  readonly reservation: number;
  readonly passengers: number;
  readonly price: number;
  readonly penalty: number;
  readonly status: string;
}

/** More than one batch of the migration. */
const refunds = fc.sample(
  fc
    .record({
      passengers: fc.integer({ min: 1, max: 9 }),
      price: fc.oneof(fc.nat(100), fc.maxSafeNat()),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      status: fc.constantFrom('requested', 'approved', 'rejected', 'paid', 'failed'),
    })
    .map(({ share, ...refund }) => ({ ...refund, penalty: Math.floor(refund.price * share) })),
  { seed: 20_261_130, numRuns: 4500 },
);

let ownerUrl: string;
let owner: pg.Client;
let service: pg.Client;
let reservations = 0;

beforeAll(async () => {
  const { url, ...database } = await testDatabase('reservation-refund');
  ({ ownerUrl } = database);
  [owner, service] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: url, options: '-c refundry.account=1' }),
  ];
  await Promise.all([owner.connect(), service.connect()]);
  await migrate(
    ownerUrl,
    reservationRefundMigrations.slice(0, reservationRefundMigrations.indexOf(PartialRefunds1764000000018)),
  );
});

afterAll(() => Promise.all([owner.end(), service.end()]));

/** As the version before writes them. */
async function add(client: pg.Client, added: readonly Omit<WholeRefund, 'reservation'>[]): Promise<WholeRefund[]> {
  const rows = added.map((refund) => ({ ...refund, reservation: ++reservations }));
  const json = JSON.stringify(rows);
  await client.query(
    `insert into reservation (account_id, id, local_pnr, service, issued_at, starts_at, zone, passengers, price, status)
      select 1, reservation, 'L' || reservation, 'flight', now(), now(), 'UTC', passengers, price, 'refund'
      from json_to_recordset($1) as (reservation bigint, passengers integer, price bigint)`,
    [json],
  );
  await client.query(
    `insert into refund (account_id, reservation_id, status, price, penalty, rule_id, rule_version, requested_date)
      select 1, reservation, status, price, penalty, 1, 1, now()
      from json_to_recordset($1) as (reservation bigint, status text, price bigint, penalty bigint)`,
    [json],
  );
  return rows;
}

const stored = async (): Promise<unknown[]> =>
  (
    await owner.query<object>(
      `select reservation_id::integer as reservation, json_agg(item.price order by passenger) as prices,
        json_agg(penalty order by passenger) as penalties, bool_and(is_live) as "isLive"
        from refund_passenger item group by reservation_id order by reservation_id`,
    )
  ).rows;
const expected = (all: readonly WholeRefund[]): unknown[] =>
  all.map(({ reservation, passengers, price, penalty, status }) => ({
    reservation,
    prices: evenPrices(price, passengers),
    penalties: sharesOf(penalty, evenPrices(price, passengers)),
    isLive: status !== 'rejected',
  }));

describe('the migration to refunds of passengers', () => {
  it('divides those that are there, and those that the version before writes, as quotes are divided', async () => {
    await owner.query('alter table refund drop constraint refund_account_id_rule_id_rule_version_fkey');
    const before = await add(owner, refunds);
    await migrate(ownerUrl, reservationRefundMigrations);
    expect(await stored()).toEqual(expected(before));
    const after = await add(service, refunds.slice(0, 20));
    expect(await stored()).toEqual(expected([...before, ...after]));
  });

  it('frees the passengers of a refund that is rejected, by whichever version', async () => {
    const [refund] = await add(service, [{ passengers: 2, price: 100, penalty: 10, status: 'requested' }]);
    const taken = (): Promise<{ rowCount: number | null }> =>
      owner.query('select from refund_passenger where reservation_id = $1 and is_live', [refund!.reservation]);
    expect((await taken()).rowCount).toBe(2);
    await service.query("update refund set status = 'rejected' where reservation_id = $1", [refund!.reservation]);
    expect((await taken()).rowCount).toBe(0);
  });

  it('lets nobody give a passenger back twice, by whichever version', async () => {
    const [refund] = await add(service, [{ passengers: 2, price: 100, penalty: 10, status: 'requested' }]);
    await expect(
      service.query(
        `insert into refund (account_id, reservation_id, status, price, penalty, rule_id, rule_version, requested_date)
          values (1, $1, 'requested', 100, 10, 1, 1, now())`,
        [refund!.reservation],
      ),
    ).rejects.toThrow('refund_passenger_once');
  });

  it('may be repeated, and goes as it came while no reservation has two refunds', async () => {
    const sql = {
      query: async (text: string, values?: unknown[]) => (await owner.query<object>(text, values)).rows,
    } as never;
    const before = await stored();
    await new PartialRefunds1764000000018().up(sql);
    expect(await stored()).toEqual(before);
    await new PartialRefunds1764000000018().down(sql);
    await new PartialRefunds1764000000018().up(sql);
    expect(await stored()).toEqual(before);
  });
});
