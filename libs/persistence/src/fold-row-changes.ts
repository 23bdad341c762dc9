import { nodeBits, nodeWidth } from './tally-tree.js';

/** Its advisory locks, one for each table, beside those of other purposes. */
export const lockOfFolding = 7_436_002;

/**
 * SQL of the function that moves the changes of an account's table into its tally, and returns how many. Readers see all of it
 * or nothing. While somebody else does so, it leaves it to them.
 */
export const createFolding = `
  create function add_each(integer[], integer[]) returns integer[] language sql immutable parallel safe
    return array(select a + b from unnest($1, $2) with ordinality as pair(a, b, place) order by place);

  create function fold_row_changes(account integer, counted text) returns integer language plpgsql as $$
  declare
    folded integer;
    empty bigint[];
  begin
    -- One at a time, and everything at once: so a tally is always that of a moment, and never runs below zero in between.
    if not pg_try_advisory_xact_lock(${lockOfFolding}, hashtext(counted)) then
      return 0;
    end if;
    with gone as (
      delete from row_change c where c.account_id = account and c.relation = counted returning c.range, c.change
    ), total as (
      insert into row_count as known (account_id, relation, n)
        select account, counted, sum(gone.change) from gone having sum(gone.change) <> 0
        on conflict (account_id, relation) do update set n = known.n + excluded.n
    ), leaf as (
      select gone.range, sum(gone.change)::integer as change from gone group by gone.range having sum(gone.change) <> 0
    ), step as (
      select 1 as level, leaf.range >> ${nodeBits} as node, (leaf.range & ${nodeWidth - 1})::integer as child, leaf.change from leaf
      union all
      select 2, leaf.range >> ${2 * nodeBits}, (leaf.range >> ${nodeBits} & ${nodeWidth - 1})::integer, sum(leaf.change)::integer from leaf group by 1, 2, 3
    ), running as (
      select level, node, child, sum(coalesce(step.change, 0)) over (partition by level, node order by child)::integer as n
      from (select distinct level, node from step) touched cross join generate_series(0, ${nodeWidth - 1}) child left join step using (level, node, child)
    ), written as (
      insert into row_tally as known (account_id, relation, level, range, running)
        select account, counted, level, node, array_agg(n order by child) from running group by level, node order by level, node
        on conflict (account_id, relation, level, range) do update set running = add_each(known.running, excluded.running)
        returning known.level, known.range, 0 = all (known.running) as is_empty
    )
    select (select count(*) from gone), array_agg(written.range) filter (where is_empty) into folded, empty from written;
    delete from row_tally known where known.account_id = account and known.relation = counted and known.range = any (empty) and 0 = all (known.running);
    return folded;
  end $$;
`;
