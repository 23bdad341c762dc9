import { createIndexConcurrently, introduceThinNodes, thinNodes } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Positions take little room where an account's keys are sparse (docs/adr/0046), and a scrape finds the jobs that have
 * not succeeded without reading the others. It may be repeated.
 */
export class ThinRowTallies1764000000014 implements MigrationInterface {
  /**
   * An index that is built beside readers and writers needs to be outside of a transaction; the lock of the first
   * statement ends before the second, which may take long.
   */
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    await sql.query(introduceThinNodes);
    await sql.query(thinNodes);
    await createIndexConcurrently(sql, 'job_not_finished', "job (kind, state, started_date) where state <> 'FINISHED'");
  }

  /** The former release gets on with the functions. */
  async down(sql: QueryRunner): Promise<void> {
    await sql.query('drop index job_not_finished');
  }
}
