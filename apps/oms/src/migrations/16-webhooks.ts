import { rolesOf } from '@refundry/provisioning';
import { createWebhooks, dropWebhooks } from '@refundry/webhooks';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events are sent to the addresses that accounts name (docs/adr/0060). */
export class Webhooks1764000000016 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createWebhooks(rolesOf('oms')));
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(dropWebhooks);
  }
}
