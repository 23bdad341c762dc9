import { createAuditEntries, dropAuditEntries } from '@refundry/audit';
import { maintainRowCount, stopRowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { createSettings, dropSettings } from '@refundry/settings';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions are recorded (docs/adr/0062), and accounts have settings (docs/adr/0063). */
export class AuditAndSettings1764000000017 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    const roles = rolesOf('oms');
    await sql.query(createAuditEntries(roles) + maintainRowCount('audit_entry') + createSettings(roles));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(dropSettings + stopRowCount('audit_entry') + dropAuditEntries);
  }
}
