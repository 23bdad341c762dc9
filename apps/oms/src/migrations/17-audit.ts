import { createAuditEntries, dropAuditEntries } from '@refundry/audit';
import { maintainRowCount, stopRowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions are recorded (docs/adr/0062). */
export class Audit1764000000017 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createAuditEntries(rolesOf('oms')) + maintainRowCount('audit_entry'));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(stopRowCount('audit_entry') + dropAuditEntries);
  }
}
