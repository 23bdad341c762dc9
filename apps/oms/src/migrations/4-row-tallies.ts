import { createRowCounts, dropRowCounts, scopeToAccount, maintainRowCount, stopRowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { countRowsOf, createRowCount, uncountRowsOf } from './former-row-count.js';

const roles = rolesOf('oms');
const tables = ['cancellation_reason', 'country', 'city', 'township', 'district', 'channel'];

/** Counts that several may write at once, and that know positions (docs/adr/0014). */
export class RowTallies1764000000004 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(`
      ${tables.map(uncountRowsOf).join('\n')}
      drop table row_count;
      drop function count_rows;

      ${createRowCounts(roles)}
      ${tables.map((table) => maintainRowCount(table)).join('\n')}
      do $$ begin perform fold_row_changes(account_id, relation)
        from (select distinct account_id, relation from row_change) changed; end $$;
      analyze row_count, row_tally;
    `);
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`
      ${tables.map(stopRowCount).join('\n')}
      ${dropRowCounts}

      ${createRowCount}
      ${scopeToAccount('row_count', roles)}
      ${tables.map(countRowsOf).join('\n')}
      ${tables
        .map(
          (table) => `insert into row_count select account_id, '${table}', count(*) from ${table} group by account_id;`,
        )
        .join('\n')}
    `);
  }
}
