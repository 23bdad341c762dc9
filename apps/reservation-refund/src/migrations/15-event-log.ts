import { createEventLog, dropEventLog } from '@refundry/outbox';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events stay readable after they have been published (docs/adr/0059). */
export class EventLog1764000000015 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createEventLog(rolesOf('reservation-refund')));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(dropEventLog);
  }
}
