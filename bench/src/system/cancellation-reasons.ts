import { reasonsPage } from '../page.js';
import { connected } from './connected.js';

/**
 * The same rows in every run, as an upstream would fill them: Turkish texts, a quote to escape, microseconds.
 *
 * No date on the first page falls on a full second, which we write without a fraction and `to_char` with one.
 */
const insert = `
  insert into cancellation_reason
    (account_id, omnitron_id, cancellation_type, subject, extra_information_needed, ordering, is_active, created_date,
      modified_date)
  select $1, g, (array['cancel', 'refund', 'return'])[1 + g / 1000 % 3],
    (array['Ürün hasarlı geldi', 'Yanlış ürün gönderildi', 'Müşteri vazgeçti', 'Şikâyet: "geç teslimat"',
      'Ödeme alınamadı'])[1 + g / 1000 % 5] || ' ' || g,
    g / 1000 % 2 = 0, g % 1000, g / 1000 % 7 > 0,
    timestamptz '2023-07-04 10:30:31.298861Z' + g * interval '1.000003 seconds',
    timestamptz '2024-02-29 23:59:59.500001Z' + g * interval '1.000007 seconds'
  from generate_series(1, $2::integer) g`;

/** Fills the table for one account, and leaves nothing for autovacuum or the checkpointer to do while we measure. */
export async function loadCancellationReasons(
  ownerUrl: string,
  adminUrl: string,
  account: number,
  rows = reasonsPage.rowsInAll,
): Promise<void> {
  await connected(ownerUrl, async (owner) => {
    await owner.query(insert, [account, rows]);
    await owner.query(`select fold_row_changes($1, 'cancellation_reason')`, [account]);
    await owner.query('vacuum analyze cancellation_reason, row_count, row_change, row_tally');
  });
  await connected(adminUrl, (admin) => admin.query('checkpoint'));
}
