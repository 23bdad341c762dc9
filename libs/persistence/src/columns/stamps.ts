import type { ServiceRoles } from '@refundry/provisioning';
import { scopeToAccount } from '../transactions/account-scope.js';

/** A transaction of an account; the owner's own statements keep the stamps they give. */
const inAccount = `current_setting('refundry.account', true) <> ''`;

/** Exact: an interval is multiplied by a double, which holds no microseconds since 1970 from 2255 on. */
const timestampOf = (microseconds: string): string =>
  `timestamptz 'epoch' + ${microseconds} / 1000000 * interval '1 second' + ${microseconds} % 1000000 * ` +
  `interval '1 microsecond'`;

/**
 * SQL of the table and functions that give the rows of stamped tables their `modified_date` in commit order
 * (docs/adr/0036).
 *
 * `last_stamp` holds the last stamp of each account and table. A statement that writes locks that row before it draws
 * its first id, and the lock is held until the transaction ends. So writers of one table of an account commit one after
 * the other, and all ids and stamps of the later one are above those of the earlier one. Readers wait for nobody.
 *
 * Within a transaction the last stamp stands in the setting `refundry.last_stamp`, in microseconds since 1970: a text
 * that is read and written for each row.
 */
export const createStamps = (roles: ServiceRoles): string => `
  create table last_stamp (
    account_id integer not null,
    relation text not null,
    stamp timestamptz not null,
    primary key (account_id, relation)
  );
  ${scopeToAccount('last_stamp', roles)}

  create function lock_stamps() returns trigger language plpgsql as $$
  declare
    last bigint;
  begin
    -- The clock is read once the row is locked; it may have been set back since the last stamp.
    insert into last_stamp as given (account_id, relation, stamp)
      values (current_setting('refundry.account')::integer, tg_table_name, clock_timestamp())
      on conflict (account_id, relation) do update set stamp = greatest(given.stamp, clock_timestamp())
      returning extract(epoch from stamp) * 1000000 into last;
    -- A statement may write two tables at a time.
    perform set_config('refundry.last_stamp',
      greatest(last, nullif(current_setting('refundry.last_stamp', true), '')::bigint)::text, true);
    return null;
  end $$;

  create function stamp_row() returns trigger language plpgsql as $$
  declare
    next bigint := current_setting('refundry.last_stamp')::bigint + 1;
  begin
    perform set_config('refundry.last_stamp', next::text, true);
    new.modified_date := ${timestampOf('next')};
    if tg_op = 'INSERT' then
      new.created_date := new.modified_date;
    end if;
    return new;
  end $$;

  create function keep_last_stamp() returns trigger language plpgsql as $$
  begin
    update last_stamp set stamp = ${timestampOf("current_setting('refundry.last_stamp')::bigint")}
      where account_id = current_setting('refundry.account')::integer and relation = tg_table_name;
    return null;
  end $$;
`;

/** Reverts `createStamps`. */
export const dropStamps = 'drop function keep_last_stamp, stamp_row, lock_stamps; drop table last_stamp;';

/**
 * SQL that has the rows of a table stamped from now on, by whichever version or role they are written for an account:
 * `created_date` and `modified_date` of a row that is inserted, and `modified_date` of a row whose update sets it to
 * another value. An update sets it to null to have it stamped, which fails where nothing stamps.
 */
export const stampRowsOf = (table: string): string => `
  create trigger lock_stamps before insert or update of modified_date on ${table} for each statement
    when (${inAccount}) execute function lock_stamps();
  create trigger stamp_inserted before insert on ${table} for each row
    when (${inAccount}) execute function stamp_row();
  create trigger stamp_updated before update of modified_date on ${table} for each row
    when (${inAccount} and new.modified_date is distinct from old.modified_date) execute function stamp_row();
  create trigger keep_last_stamp after insert or update of modified_date on ${table} for each statement
    when (${inAccount}) execute function keep_last_stamp();
  -- The triggers' lock has waited for all writers there were.
  insert into last_stamp (account_id, relation, stamp) select account_id, '${table}', max(modified_date) from ${table}
  group by account_id;
`;

/** Reverts `stampRowsOf`. */
export const unstampRowsOf = (table: string): string => `
  drop trigger keep_last_stamp on ${table};
  drop trigger stamp_updated on ${table};
  drop trigger stamp_inserted on ${table};
  drop trigger lock_stamps on ${table};
  delete from last_stamp where relation = '${table}';
`;
