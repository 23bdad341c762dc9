import { alterReadPolicies } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A condition without a column tells the planner nothing wrong about the number of rows (docs/adr/0035). */
export class LaneReadsUnasked1764000000002 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(alterReadPolicies('true'));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(alterReadPolicies("current_user = 'reservation-refund_reader'"));
  }
}
