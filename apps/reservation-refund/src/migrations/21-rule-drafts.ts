import type { MigrationInterface, QueryRunner } from 'typeorm';

const departures = ['departs_from', 'departs_until'];
/** `keepVersion` copies a row of the one as a row of the other. */
const rules = ['refund_rules', 'refund_rules_version'];

/** Rules for the departures of a time. */
export class RuleDrafts1764000000021 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(rules.map((table) => alter(table, (column) => `add column ${column} timestamptz`)).join('\n'));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(rules.map((table) => alter(table, (column) => `drop column ${column}`)).join('\n'));
  }
}

const alter = (table: string, change: (column: string) => string): string =>
  `alter table ${table} ${departures.map(change).join(', ')};`;
