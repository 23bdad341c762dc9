import { advisoryLocks } from '@refundry/provisioning';
import { nodeBits, nodeWidth } from './row-count-tree.js';

/** Changes that one call folds; it takes more where a leaf has more. */
export const maxCompactedChanges = 1000;

/** A child that has no rows stands in no node. Former releases wrote nodes without `children`: those have them all. */
const addNodes = `
  create or replace function add_nodes(smallint[], integer[], smallint[], integer[], out children smallint[],
    out running integer[]) language sql immutable parallel safe as $$
    select coalesce(array_agg(child order by child), '{}'), coalesce(array_agg(through order by child), '{}') from (
      select child, sum(sum(own)) over (order by child)::integer as through from (
        select coalesce(child, place - 1)::smallint, through - lag(through, 1, 0) over (order by place)
          from unnest($1, $2) with ordinality node(child, through, place)
        union all
        select child, through - lag(through, 1, 0) over (order by place) from unnest($3, $4)
          with ordinality node(child, through, place)
      ) part(child, own) group by child having sum(own) <> 0
    ) total
  $$;
`;

/**
 * SQL of the function that moves changes of an account's table into its row count, and returns how many:
 * `maxCompactedChanges` or more while others may be left. Readers see all of a call or nothing. While another session
 * does so for the same account, it does nothing.
 */
export const createCompactRowChanges = `
  create or replace function fold_row_changes(account integer, counted text) returns integer language plpgsql as $$
  declare
    folded integer;
    empty bigint[];
    through bigint;
  begin
    if not pg_try_advisory_xact_lock_shared(${advisoryLocks.rowCountTables}, hashtext(counted))
      or not pg_try_advisory_xact_lock(${advisoryLocks.rowCountAccounts}, hashtext(account || ' ' || counted)) then
      return 0;
    end if;
    -- Leaves are folded whole: so each is that of a moment, and no running number falls below the one before it.
    through := (select max(range) from (select c.range from row_change c where c.account_id = account
      and c.relation = counted order by c.range limit ${maxCompactedChanges}) piece);
    with gone as (
      delete from row_change c where c.account_id = account and c.relation = counted and c.range <= through
        returning c.range, c.change
    ), total as (
      insert into row_count as known (account_id, relation, n)
        select account, counted, sum(gone.change) from gone having sum(gone.change) <> 0
        on conflict (account_id, relation) do update set n = known.n + excluded.n
    ), leaf as (
      select gone.range, sum(gone.change)::integer as change from gone group by gone.range having sum(gone.change) <> 0
    ), step as (
      select 1 as level, leaf.range >> ${nodeBits} as node, (leaf.range & ${nodeWidth - 1})::integer as child,
        leaf.change from leaf
      union all
      select 2, leaf.range >> ${2 * nodeBits}, (leaf.range >> ${nodeBits} & ${nodeWidth - 1})::integer, sum(leaf.change)
        from leaf group by 1, 2, 3 having sum(leaf.change) <> 0
    ), running as (
      select level, node, array_agg(child::smallint order by child) as children, array_agg(upto order by child)
        as running
        from (select level, node, child, sum(change) over (partition by level, node order by child)::integer as upto
          from step) summed group by level, node
    ), written as (
      insert into row_tally as known (account_id, relation, level, range, children, running)
        select account, counted, level, node, children, running.running from running order by level, node
        on conflict (account_id, relation, level, range) do update
          set (children, running) = (select sum.children, sum.running
            from add_nodes(known.children, known.running, excluded.children, excluded.running) sum)
        returning known.level, known.range, cardinality(known.running) = 0 as is_empty
    )
    select (select count(*) from gone), array_agg(written.range) filter (where is_empty) into folded, empty
    from written;
    delete from row_tally known where known.account_id = account and known.relation = counted
      and known.range = any (empty) and cardinality(known.running) = 0;
    return folded;
  end $$;
`;

export const createCompaction = `${addNodes} ${createCompactRowChanges}`;
