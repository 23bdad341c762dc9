import { retypeTallied, type DeferredMigration } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Our keys and those that point to them, parents first. Omnitron's own, which its contract bounds, and the accounts'
 * stay.
 */
const keys: Readonly<Record<string, readonly string[]>> = {
  cancellation_reason: ['id'],
  country: ['id'],
  city: ['id', 'country_id'],
  township: ['id', 'city_id'],
  district: ['id', 'city_id', 'township_id'],
  channel: ['id'],
  customer: ['id', 'channel_id'],
};

const retyped = (type: string): string =>
  Object.entries(keys)
    .map(([table, columns]) => retypeTallied(table, columns, type))
    .join('');

/**
 * Keys beyond 2,147,483,647: all accounts draw them from the same sequences, which follow the type of their columns.
 */
export class WideKeys1764000000009 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(retyped('bigint'));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(retyped('integer'));
  }
}

export const wideKeys: DeferredMigration = { migration: WideKeys1764000000009, rewrites: Object.keys(keys) };
