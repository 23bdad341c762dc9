/** The counts of the first migrations, which the fourth replaces: the table that holds them. */
export const createRowCount = `
  create table row_count (
    account_id integer not null,
    relation text not null,
    n bigint not null check (n >= 0),
    primary key (account_id, relation)
  );
  create function count_rows() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      insert into row_count as counted (account_id, relation, n)
        select account_id, tg_table_name, count(*) from changed group by account_id order by account_id
        on conflict (account_id, relation) do update set n = counted.n + excluded.n;
    else
      update row_count as counted set n = counted.n - gone.n
        from (select account_id, count(*) as n from changed group by account_id) gone
        where counted.account_id = gone.account_id and counted.relation = tg_table_name;
    end if;
    return null;
  end $$;
`;

/** Keeps `row_count` in step with a table, in the writer's own transaction, once for each statement. */
export const countRowsOf = (table: string): string => `
  create trigger count_inserted after insert on ${table} referencing new table as changed for each statement
  execute function count_rows();
  create trigger count_deleted after delete on ${table} referencing old table as changed for each statement
  execute function count_rows();
`;

/** Takes back `countRowsOf`. */
export const uncountRowsOf = (table: string): string =>
  `drop trigger count_inserted on ${table}; drop trigger count_deleted on ${table};`;
