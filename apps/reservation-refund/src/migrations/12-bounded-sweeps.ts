import { createFoldRowChanges } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Folds in bounded pieces, and finds old answers without reading the others (docs/adr/0045). It may be repeated. */
export class BoundedSweeps1764000000012 implements MigrationInterface {
  /** An index that is built beside readers and writers needs to be outside of a transaction. */
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createFoldRowChanges);
    // Waiting for its turn keeps nobody waiting; one that was interrupted left an index that isn't used.
    await sql.query('set lock_timeout = 0');
    await sql.query('drop index concurrently if exists idempotent_request_by_age');
    await sql.query('create index concurrently idempotent_request_by_age on idempotent_request (account_id, created_date)');
    await sql.query('reset lock_timeout');
  }

  /** The former release gets on with the function. */
  async down(sql: QueryRunner): Promise<void> {
    await sql.query('drop index idempotent_request_by_age');
  }
}
