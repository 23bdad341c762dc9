import { scopeToAccount, maintainRowCount, stopRowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const filtered = ['status', 'requested_date'];
/** A transaction of an account; the owner's own statements keep the dates they give. */
const inAccount = `current_setting('refundry.account', true) <> ''`;

/**
 * Refunds are a list, and are added to it in commit order: a reader finds a refund that is added later behind those
 * that were there, by `id` and by `requested_date`, also one that the version before adds (docs/adr/0023).
 *
 * `last_refund_request` holds the last `requested_date` of each account. A statement that inserts locks its row before
 * it draws an id, and the lock is held until the transaction ends.
 */
export class ListedRefunds1764000000004 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(`
      create table last_refund_request (
        account_id integer primary key,
        requested_date timestamptz not null
      );
      ${scopeToAccount('last_refund_request', rolesOf('reservation-refund'))}

      create function lock_refund_requests() returns trigger language plpgsql as $$
      begin
        insert into last_refund_request as last (account_id, requested_date)
        values (current_setting('refundry.account')::integer, '-infinity')
          on conflict (account_id) do update set requested_date = last.requested_date;
        return null;
      end $$;

      create function order_refund_request() returns trigger language plpgsql as $$
      begin
        update last_refund_request set requested_date = greatest(new.requested_date,
          requested_date + interval '1 microsecond')
          where account_id = new.account_id returning requested_date into new.requested_date;
        return new;
      end $$;

      create trigger lock_refund_requests before insert on refund for each statement when (${inAccount})
      execute function lock_refund_requests();
      create trigger order_refund_request before insert on refund for each row when (${inAccount})
      execute function order_refund_request();
      -- The triggers' lock has waited for all writers there were.
      insert into last_refund_request (account_id, requested_date) select account_id, max(requested_date) from refund
      group by 1;
      ${maintainRowCount('refund')}
      ${filtered.map((column) => `create index on refund (account_id, ${column}, id);`).join('\n')}
    `);
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`
      drop index ${filtered.map((column) => `refund_account_id_${column}_id_idx`).join(', ')};
      ${stopRowCount('refund')}
      drop trigger order_refund_request on refund;
      drop trigger lock_refund_requests on refund;
      drop function order_refund_request, lock_refund_requests;
      drop table last_refund_request;
    `);
  }
}
