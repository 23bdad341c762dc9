import { createJobTable, dropJobTable } from '@refundry/jobs';
import { createOutbox, dropOutbox } from '@refundry/outbox';
import { scopeToAccount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('oms');

export class Sync1764000000003 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(`
      ${createJobTable(roles)}
      ${createOutbox(roles)}

      -- When Omnitron was asked for what a pull brought.
      alter table pull add column asked_date timestamptz;
      update pull set asked_date = finished_date;
      alter table pull alter column asked_date set not null;

      create table sync_problem (
        account_id integer not null,
        level text not null,
        omnitron_id bigint not null,
        omnitron_modified_date timestamptz,
        reason text not null,
        primary key (account_id, level, omnitron_id)
      );
      ${scopeToAccount('sync_problem', roles)}

      create table sync_mark (
        account_id integer not null,
        level text not null,
        mark json not null,
        primary key (account_id, level)
      );
      ${scopeToAccount('sync_mark', roles)}

      create table sync_schedule (
        account_id integer not null,
        step text not null,
        every_seconds integer not null check (every_seconds >= 0),
        next_date timestamptz,
        created_date timestamptz not null default clock_timestamp(),
        primary key (account_id, step),
        check ((every_seconds = 0) = (next_date is null))
      );
      create index on sync_schedule (next_date);
      ${scopeToAccount('sync_schedule', roles)}
      insert into sync_schedule (account_id, step, every_seconds, next_date)
        select account_id, step, every, clock_timestamp() + random() * every * interval '1 s'
        from omnitron_connection, (values ('channels', 3600), ('addresses', 86400), ('cancellation-reasons', 3600))
          as ordinary(step, every);
    `);
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(
      `drop table sync_schedule, sync_mark, sync_problem; alter table pull drop column asked_date;
        ${dropJobTable} ${dropOutbox}`,
    );
  }
}
