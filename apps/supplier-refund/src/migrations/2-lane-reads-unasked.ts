import { alterLanePolicies } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What asks nothing of a row tells the planner nothing wrong of their number (docs/adr/0035). */
export class LaneReadsUnasked1764000000002 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(alterLanePolicies('true'));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(alterLanePolicies("current_user = 'supplier-refund_reader'"));
  }
}
