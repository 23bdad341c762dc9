import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { Stamps1764000000005 } from './5-stamps.js';

const stamps = reservationRefundMigrations.indexOf(Stamps1764000000005);

let owner: pg.Client;
let service: pg.Client;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('reservation-refund');
  [owner, service] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: url, options: '-c refundry.account=1' }),
  ];
  await Promise.all([owner.connect(), service.connect()]);
  await migrate(ownerUrl, reservationRefundMigrations.slice(0, stamps));
  await save(1);
  await owner.query("update reservation set modified_date = '2999-01-01T00:00:00Z'");
  await migrate(ownerUrl, reservationRefundMigrations.slice(0, stamps + 1));
});

afterAll(() => Promise.all([owner.end(), service.end()]));

/** As the version before writes them. */
const save = (id: number, price = 1): Promise<unknown> =>
  service.query(
    `insert into reservation (account_id, id, local_pnr, service, passengers, issued_at, starts_at, zone, price, status)
   values (1, $1, 'L', 'flight', 1, now(), now(), 'UTC', $2, 'confirmed')
   on conflict (account_id, id) do update set price = excluded.price, modified_date = clock_timestamp()
   where reservation.price is distinct from excluded.price`,
    [id, price],
  );
/** Those whose date is behind the last that there was. */
const stamped = async (): Promise<unknown[]> =>
  (
    await owner.query<[number]>({
      text: "select id::integer from reservation where modified_date > '2999-01-01T00:00:00Z' order by modified_date",
      rowMode: 'array',
    })
  ).rows.flat();

describe('the migration to stamps', () => {
  it('puts what the former version writes behind all reservations, and leaves alone what it keeps', async () => {
    await save(3);
    await save(2);
    await save(3);
    expect(await stamped()).toEqual([3, 2]);
    await save(1, 2);
    expect(await stamped()).toEqual([3, 2, 1]);
  });

  it('goes as it came, and may come again', async () => {
    const sql = { query: (text: string) => owner.query(text) } as never;
    await new Stamps1764000000005().down(sql);
    await save(4);
    await new Stamps1764000000005().up(sql);
    await save(4, 2);
    expect(await stamped()).toEqual([3, 2, 1, 4]);
  });
});
