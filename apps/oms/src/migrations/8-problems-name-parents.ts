import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells of a problem which row it waits for, so that a run can be asked for as soon as that is here. */
export class ProblemsNameParents1764000000008 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query('alter table sync_problem add column parent text, add column parent_omnitron_id bigint');
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query('alter table sync_problem drop column parent, drop column parent_omnitron_id');
  }
}
