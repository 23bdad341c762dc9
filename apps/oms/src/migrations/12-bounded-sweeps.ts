import { createCompactRowChanges } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Folds in bounded pieces, and finds claimable jobs without reading the others (docs/adr/0045). */
export class BoundedSweeps1764000000012 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(
      `${createCompactRowChanges} create index job_claimable
        on job (coalesce(lease_until, started_date), account_id, id) where state = 'WORKING';`,
    );
  }

  /** The former release gets on with the function. */
  async down(sql: QueryRunner): Promise<void> {
    await sql.query('drop index job_claimable');
  }
}
