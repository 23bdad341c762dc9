import { createAuditEntries, dropAuditEntries } from '@refundry/audit';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Operators' decisions are recorded (docs/adr/0062). */
export class Audit1764000000006 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createAuditEntries(rolesOf('accounts')));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(dropAuditEntries);
  }
}
