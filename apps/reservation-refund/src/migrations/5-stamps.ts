import { createStamps, dropStamps, stampRowsOf, unstampRowsOf } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['reservation', 'refund_rules'];

/**
 * Stamps of reservations, ids and stamps of rules in commit order, also those that the version before writes
 * (docs/adr/0036).
 */
export class Stamps1764000000005 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(`${createStamps(rolesOf('reservation-refund'))} ${tables.map(stampRowsOf).join('\n')}`);
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`${tables.map(unstampRowsOf).join('\n')} ${dropStamps}`);
  }
}
