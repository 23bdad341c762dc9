import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = ['child_percent', 'infant_percent'];
/** `keepVersion` copies a row of the one as a row of the other. */
const tables = ['refund_rules', 'refund_rules_version'];

/** Rules may have children and infants bear less (docs/adr/0022). */
export class PassengerTypes1764000000022 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(alter((column) => `add column ${column} integer check (${column} between 0 and 100)`));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(alter((column) => `drop column ${column}`));
  }
}

const alter = (change: (column: string) => string): string =>
  tables.map((table) => `alter table ${table} ${columns.map(change).join(', ')};`).join('\n');
