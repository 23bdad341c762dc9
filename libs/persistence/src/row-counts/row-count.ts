import { advisoryLocks, type ServiceRoles } from '@refundry/provisioning';
import { scopeToAccount } from '../transactions/account-scope.js';
import { createCompaction } from './compact-row-changes.js';
import { createLocating } from './find-row-at.js';
import { leafBits } from './row-count-tree.js';

/** SQL of the exact number of an account's rows, `$1` being the account, without counting them (docs/adr/0014). */
export const rowCount = (table: string): string => {
  const where = `where account_id = $1 and relation = '${table}'`;
  return `select coalesce(sum(n), 0)::bigint from (select n from row_count ${where} union all select change
    from row_change ${where}) known(n)`;
};

/**
 * SQL of the tables and functions that count the rows of all counted tables of a service.
 *
 * `row_change` is appended to by every statement that inserts or deletes, a row for each leaf of keys it touches.
 * Nothing is ever updated there, so that writers don't wait for each other. Folding takes the changes of a table away
 * and adds them to `row_count` and `row_tally`. It is soon empty again, and vacuumed then: a scan of it is a scan of
 * nothing.
 *
 * `row_tally` is a tree over the keys (`row-count-tree.ts`). A node holds its children that have rows, and for each a
 * running number: the rows in it and in its sisters before it. Together with the changes that are not folded yet it
 * says where the row at any position is.
 */
export const createRowCounts = (roles: ServiceRoles): string => `
  create table row_change (
    account_id integer not null,
    relation text not null,
    range bigint not null,
    change integer not null
  ) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
  create index on row_change (account_id, relation, range);

  create table row_count (
    account_id integer not null,
    relation text not null,
    n bigint not null,
    primary key (account_id, relation)
  );

  create table row_tally (
    account_id integer not null,
    relation text not null,
    level smallint not null,
    range bigint not null,
    running integer[] not null,
    children smallint[],
    primary key (account_id, relation, level, range)
  );
  alter table row_tally alter running set storage plain, alter children set storage plain;

  create function refuse_key_change() returns trigger language plpgsql as $$
  begin
    raise 'the key and the account of a row of % never change', tg_table_name using errcode = 'restrict_violation';
  end $$;

  create function forget_tallies() returns trigger language plpgsql as $$
  begin
    -- Whoever is folding would leave behind what it had taken.
    perform pg_advisory_xact_lock(${advisoryLocks.rowCountTables}, hashtext(tg_table_name));
    delete from row_change where relation = tg_table_name;
    delete from row_count where relation = tg_table_name;
    delete from row_tally where relation = tg_table_name;
    return null;
  end $$;

  ${createCompaction}
  ${createLocating}
  ${['row_change', 'row_count', 'row_tally'].map((table) => scopeToAccount(table, roles)).join('')}
`;

/**
 * SQL of nodes without their empty children, for a database of a former release (docs/adr/0046). Both kinds of nodes
 * are read right.
 */
export const introduceThinNodes = `
  alter table row_tally add column if not exists children smallint[], alter children set storage plain;
  ${createCompaction}
  ${createLocating}
  drop function if exists locate_row_amid_changes, add_each;
`;

/**
 * SQL that takes the empty children out of the nodes there are. In a transaction of its own it keeps no reader waiting.
 */
export const thinNodes = `update row_tally set (children, running) = (select thin.children, thin.running
  from add_nodes(children, running, '{}', '{}') thin) where children is null`;

/** Takes back `createRowCounts`. */
export const dropRowCounts = `
  drop function locate_row, fold_row_changes, add_nodes, forget_tallies, refuse_key_change;
  drop table row_tally, row_count, row_change;
`;

/**
 * SQL that has the rows of a table counted from now on, in the writer's own transaction, once for each statement. Rows
 * that are in the table already are counted too.
 *
 * @param key the column of the key, an integer; updates of it are refused
 */
export const maintainRowCount = (table: string, key = 'id'): string => `
  create function tally_${table}() returns trigger language plpgsql as $$
  begin
    insert into row_change (account_id, relation, range, change)
      select account_id, '${table}', ${key}::bigint >> ${leafBits}, case tg_op when 'INSERT' then count(*)
        else -count(*) end from changed group by 1, 3;
    return null;
  end $$;
  create trigger tally_inserted after insert on ${table} referencing new table as changed for each statement
  execute function tally_${table}();
  create trigger tally_deleted after delete on ${table} referencing old table as changed for each statement
  execute function tally_${table}();
  create trigger tally_emptied after truncate on ${table} for each statement execute function forget_tallies();
  ${keepKeyOf(table, key)}
  insert into row_change (account_id, relation, range, change)
  select account_id, '${table}', ${key}::bigint >> ${leafBits}, count(*) from ${table} group by 1, 3;
`;

const keepKeyOf = (table: string, key: string): string => `
  create trigger keep_key before update of account_id, ${key} on ${table} for each row
    when (old.account_id is distinct from new.account_id or old.${key} is distinct from new.${key})
      execute function refuse_key_change();`;

/** SQL that gives other types to columns of a counted table, its key among them. */
export const retypeTallied = (table: string, columns: readonly string[], type: string, key = 'id'): string => `
  drop trigger keep_key on ${table};
  alter table ${table} ${columns.map((column) => `alter ${column} type ${type}`).join(', ')};
  ${keepKeyOf(table, key)}
`;

/** Takes back `maintainRowCount`. */
export const stopRowCount = (table: string): string => `
  drop trigger tally_inserted on ${table};
  drop trigger tally_deleted on ${table};
  drop trigger tally_emptied on ${table};
  drop trigger keep_key on ${table};
  drop function tally_${table};
  delete from row_change where relation = '${table}';
  delete from row_count where relation = '${table}';
  delete from row_tally where relation = '${table}';
`;
