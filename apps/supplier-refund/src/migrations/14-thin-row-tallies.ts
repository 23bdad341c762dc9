import { introduceThinNodes, thinNodes } from '@refundry/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Positions take little room where an account's keys are sparse (docs/adr/0046). It may be repeated. */
export class ThinRowTallies1764000000014 implements MigrationInterface {
  /** The lock of the first statement ends before the second, which may take long. */
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    await sql.query(introduceThinNodes);
    await sql.query(thinNodes);
  }

  /** The former release gets on with the functions. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
