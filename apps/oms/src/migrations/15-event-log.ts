import { createEventLog, dropEventLog } from '@refundry/outbox';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The service says what it has done, and its events stay readable (docs/adr/0059). */
export class EventLog1764000000015 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    // The outbox is as old as the sync, and long ago wake-ups of workers lay there, which are no events.
    await sql.query(`delete from outbox; ${createEventLog(rolesOf('oms'))}`);
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(dropEventLog);
  }
}
