import type pg from 'pg';
import { connected } from '../system/connected.js';
import type { BenchInfrastructure } from '../system/infrastructure.js';
import { withKeysAlone } from './with-keys-alone.js';

export interface CustomerLoad {
  readonly account: number;
  readonly rows: number;
}

/** As many as a file has that a spreadsheet opens in one sheet, beside its head. */
export const rowsOfSheet = 1_048_575;

const insertChannels = `
  insert into channel (account_id, id, omnitron_id, name, channel_type, configuration, is_active)
  overriding system value select $1, $1 * 10 + g, g, 'Kanal ' || g, 'web', '{}', true from generate_series(1, 2) g`;

/**
 * The same rows in every run, as an upstream would fill them: Turkish texts, gaps, microseconds. No date falls on a
 * full second, which we write without a fraction and `to_char` with one.
 */
const insertCustomers = `
  insert into customer
    (account_id, id, omnitron_id, email, first_name, last_name, phone_number, erp_code, channel_id, omnitron_channel,
      created_date, modified_date, omnitron_created_date, omnitron_modified_date)
  overriding system value
  select $1, g, g, 'customer-' || g || '@example.com',
    (array['Ayşe', 'Işıl', 'İlker', 'Çağrı', 'Ömer', 'Şule', 'Deniz'])[1 + g % 7],
    (array['Yılmaz', 'Kaya', 'Çelik', 'Şahin', 'Öztürk', 'Doğan'])[1 + g % 6],
    case when g % 3 > 0 then '+9055' || 50000000 + g end, case when g % 5 = 0
      then 'ERP-' || g end, $1 * 10 + 1 + g % 2, 1 + g % 2, created, modified, created, modified
  from generate_series(1, $2::integer) g,
    lateral (select timestamptz '2020-07-04 10:30:31.298861Z' + g * interval '1 s' + g % 100000 * interval '1 us',
      timestamptz '2021-02-28 23:59:59.500001Z' + g * interval '1 s' + g % 100000 * interval '1 us') at(created,
        modified)`;

/**
 * Fills the table of customers, and leaves nothing for autovacuum, the checkpointer or the folding to do while we
 * measure.
 *
 * @returns the seconds it took
 */
export async function loadCustomers(
  { omsDatabase, postgres }: BenchInfrastructure,
  loads: readonly CustomerLoad[],
): Promise<number> {
  const startedAt = performance.now();
  await connected(postgres.url, async (admin) => {
    // No checkpoint while it lasts.
    await configure(admin, "set max_wal_size = '16GB'");
    await connected(omsDatabase.ownerUrl, async (owner) => {
      await owner.query("set maintenance_work_mem = '512MB'");
      await withKeysAlone(owner, 'customer', async () => {
        for (const { account, rows } of loads) {
          await owner.query(insertChannels, [account]);
          await owner.query(insertCustomers, [account, rows]);
          await owner.query("select fold_row_changes($1, 'customer')", [account]);
        }
      });
      await owner.query('vacuum analyze customer, channel, row_count, row_change, row_tally');
    });
    await configure(admin, 'reset max_wal_size');
    await admin.query('checkpoint');
  });
  return (performance.now() - startedAt) / 1000;
}

async function configure(admin: pg.Client, setting: string): Promise<void> {
  await admin.query(`alter system ${setting}`);
  await admin.query('select pg_reload_conf()');
}
