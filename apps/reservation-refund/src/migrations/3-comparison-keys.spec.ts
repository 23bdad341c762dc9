import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { normalReserveId } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { ReservationRefunds1764000000001 } from './1-reservation-refunds.js';
import { LaneReadsUnasked1764000000002 } from './2-lane-reads-unasked.js';
import { ComparisonKeys1764000000003 } from './3-comparison-keys.js';

const former = [ReservationRefunds1764000000001, LaneReadsUnasked1764000000002];
const seed = 20_261_129;

let owner: pg.Client;
let migrated: string[];

/** As the version before saves a reservation, with keys of its own making. */
const saveFormerly = (id: number, pnr: string, key: string): Promise<unknown> =>
  owner.query(
    `insert into reservation (account_id, id, local_pnr, local_pnr_key, original_pnr, original_pnr_key, service,
     passengers, issued_at, starts_at, zone, price, status)
   values (1, $1, $2, $3, $2, $3, 'flight', 1, now(), now(), 'UTC', 1, 'confirmed')
   on conflict (account_id, id) do update set local_pnr = excluded.local_pnr, local_pnr_key = excluded.local_pnr_key,
     original_pnr = excluded.original_pnr, original_pnr_key = excluded.original_pnr_key`,
    [id, pnr, key],
  );
const addRulesFormerly = async (supplier: string): Promise<void> => {
  await owner.query(
    `insert into refund_rules (account_id, domain, name, supplier, grace_minutes, tiers, specificity, version,
      is_retired, created_date, modified_date) values (1, 'shop.example', 'x', $1, 0, '[]', 1, 1, false, now(), now())`,
    [supplier],
  );
  await owner.query('insert into refund_rules_version select * from refund_rules where supplier = $1', [supplier]);
};
const rows = async (sql: string, ...parameters: unknown[]): Promise<unknown[]> =>
  (await owner.query<unknown[]>({ text: sql, values: parameters, rowMode: 'array' })).rows;
const keysOfReservations = (): Promise<unknown[]> =>
  rows('select id::integer, local_pnr_key, original_pnr_key from reservation order by id');

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('reservation-refund');
  await migrate(ownerUrl, former);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await saveFormerly(1, 'AB1', 'AB1');
  await saveFormerly(2, 'a\u200cb1', 'A\u200cB1');
  await addRulesFormerly('ايران');
  const reader = new pg.Client({ connectionString: ownerUrl });
  await reader.connect();
  // It goes on reading reservations until the migration is done.
  await reader.query('begin; select from reservation');
  migrated = await migrate(ownerUrl, [...former, ComparisonKeys1764000000003]);
  await reader.query('commit');
  await reader.end();
});

afterAll(() => owner.end());

describe('the keys that decide about money', () => {
  it('are made for what was there, beside a reader of reservations that goes on', async () => {
    expect(migrated).toEqual(['ComparisonKeys1764000000003']);
    expect(await keysOfReservations()).toEqual([
      [1, 'AB1', 'AB1'],
      [2, 'AB1', 'AB1'],
    ]);
    expect(await rows('select supplier, supplier_key, carrier_key from refund_rules')).toEqual([
      ['ايران', 'ایران', null],
    ]);
  });

  it('are right for what the version before goes on writing', async () => {
    await saveFormerly(3, 'c\u00ad1', 'C\u00ad1');
    await saveFormerly(1, 'd\u200f1', 'D\u200f1');
    await addRulesFormerly('Kish Air');
    expect(await keysOfReservations()).toEqual([
      [1, 'D1', 'D1'],
      [2, 'AB1', 'AB1'],
      [3, 'C1', 'C1'],
    ]);
    expect(await rows("select supplier_key from refund_rules_version where supplier = 'Kish Air'")).toEqual([
      ['kishair'],
    ]);
  });

  it('are made again by a migration that was broken off', async () => {
    await owner.query(
      `delete from migrations where name = 'ComparisonKeys1764000000003';
        alter table reservation disable trigger set_reservation_keys; update reservation
        set local_pnr_key = 'old'; alter table reservation enable trigger set_reservation_keys`,
    );
    await new ComparisonKeys1764000000003().up({
      query: async (sql: string, parameters: unknown[]) => (await owner.query(sql, parameters)).rows as unknown,
    } as never);
    expect(await keysOfReservations()).toEqual([
      [1, 'D1', 'D1'],
      [2, 'AB1', 'AB1'],
      [3, 'C1', 'C1'],
    ]);
  });

  it('make no difference between a text and its key, nor between a PNR and what a request is read as', async () => {
    const characters = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...Array.from("aZ09 \t\u00a0\u200c\u00ad\ufeff۴٤４ßẞİıiΣςيىیكکةهـأآئ\u0654\u0301é½²ﬁＡ-–%'\\"),
        ),
      },
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const texts = fc.sample(
      fc
        .array(characters, { maxLength: 12 })
        .map((some) => some.join(''))
        .filter((text) => !/[\0\p{Surrogate}]/u.test(text)),
      { seed, numRuns: 5000 },
    );
    const differing = await rows(
      `select text from unnest($1::text[], $2::text[]) given(text, read) where pnr_key(pnr_key(text)) <> pnr_key(text)
        or name_key(name_key(text)) <> name_key(text) or pnr_key(read) <> pnr_key(text)`,
      texts,
      texts.map(normalReserveId),
    );
    expect(differing.flat()).toEqual([]);
  });

  it('go as they came', async () => {
    await new ComparisonKeys1764000000003().down({ query: (sql: string) => owner.query(sql) } as never);
    expect(
      await rows(
        `select proname from pg_proc where pronamespace = 'public'::regnamespace
          and proname in ('pnr_key', 'name_key', 'set_reservation_keys', 'set_refund_rules_keys')`,
      ),
    ).toEqual([]);
    await saveFormerly(4, 'e1', 'E1');
    await addRulesFormerly('Caspian');
  });
});
