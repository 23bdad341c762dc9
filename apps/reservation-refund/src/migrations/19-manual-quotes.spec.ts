import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { ManualQuotes1764000000019 } from './19-manual-quotes.js';

const index = reservationRefundMigrations.indexOf(ManualQuotes1764000000019);

let owner: pg.Client;
let service: pg.Client;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('reservation-refund');
  [owner, service] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: url, options: '-c refundry.account=1' }),
  ];
  await Promise.all([owner.connect(), service.connect()]);
  await migrate(ownerUrl, reservationRefundMigrations.slice(0, index));
  for (const id of [1, 2, 3]) await saveReservation(id);
  await owner.query(
    `insert into refund_rules_version (account_id, id, version, domain, name, grace_minutes, tiers, specificity,
        is_retired, created_date, modified_date)
      values (1, 1, 1, 'd', 'R', 0, '[]', 0, false, now(), now())`,
  );
  await addRefund(1);
  await migrate(ownerUrl, reservationRefundMigrations.slice(0, index + 1));
});

afterAll(() => Promise.all([owner.end(), service.end()]));

/** As the version before writes them. */
const saveReservation = (id: number): Promise<unknown> =>
  service.query(
    `insert into reservation (account_id, id, local_pnr, service, passengers, issued_at, starts_at, zone, price, status)
   values (1, $1, 'L', 'flight', 1, now(), now(), 'UTC', 100, 'confirmed')`,
    [id],
  );
const addRefund = (reservation: number): Promise<unknown> =>
  service.query(
    `insert into refund (account_id, reservation_id, status, price, penalty, rule_id, rule_version, requested_date)
      values (1, $1, 'requested', 100, 1, 1, 1, now())`,
    [reservation],
  );
const addQuote = (reservation: number): Promise<{ rows: { id: string }[] }> =>
  service.query(
    `insert into manual_quote (account_id, reservation_id, domain, passengers, category, status, price, respond_by,
        requested_date)
      values (1, $1, 'd', '{1}', 'other', 'requested', 100, now(), now()) returning id`,
    [reservation],
  );
const copies = async (): Promise<unknown[]> =>
  (
    await owner.query<{ statuses: unknown }>(
      `select jsonb_path_query_array(open_quotes, '$[*].status') as statuses from reservation order by id`,
    )
  ).rows.map(({ statuses }) => statuses);

describe('the migration to manual quotes', () => {
  it('lets the version before write refunds by rules', async () => {
    await addRefund(2);
    const { rows } = await owner.query('select rule_id::integer, quote_id from refund order by id');
    expect(rows).toEqual([
      { rule_id: 1, quote_id: null },
      { rule_id: 1, quote_id: null },
    ]);
  });

  it('lets each refund have one of rules and quote', async () => {
    await expect(
      owner.query('update refund set rule_id = null, rule_version = null where reservation_id = 1'),
    ).rejects.toMatchObject({ constraint: 'refund_priced_once' });
  });

  it('keeps a copy of the open quotes at their reservation', async () => {
    const {
      rows: [quote],
    } = await addQuote(3);
    await expect(addQuote(3)).rejects.toMatchObject({ constraint: 'manual_quote_open' });
    expect(await copies()).toEqual([null, null, ['requested']]);
    await service.query("update manual_quote set status = 'question' where id = $1", [quote!.id]);
    expect(await copies()).toEqual([null, null, ['question']]);
    await service.query("update manual_quote set status = 'withdrawn' where id = $1", [quote!.id]);
    expect(await copies()).toEqual([null, null, null]);
    await addQuote(3);
    expect(await copies()).toEqual([null, null, ['requested']]);
  });

  it('may be repeated, goes as it came, and may come again', async () => {
    const sql = {
      query: async (text: string, values?: unknown[]) => (await owner.query<object>(text, values)).rows,
    } as never;
    await new ManualQuotes1764000000019().up(sql);
    await new ManualQuotes1764000000019().down(sql);
    await addRefund(3);
    await new ManualQuotes1764000000019().up(sql);
    await addQuote(3);
    expect(await copies()).toEqual([null, null, ['requested']]);
  });
});
