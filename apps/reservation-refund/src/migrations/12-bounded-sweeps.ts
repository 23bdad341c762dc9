import { createCompactRowChanges, createIndexConcurrently } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Folds in bounded pieces, and finds old answers without reading the others (docs/adr/0045). It may be repeated. */
export class BoundedSweeps1764000000012 implements MigrationInterface {
  /** An index that is built beside readers and writers needs to be outside of a transaction. */
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createCompactRowChanges);
    await createIndexConcurrently(sql, 'idempotent_request_by_age', 'idempotent_request (account_id, created_date)');
  }

  /** The former release gets on with the function. */
  async down(sql: QueryRunner): Promise<void> {
    await sql.query('drop index idempotent_request_by_age');
  }
}
