import { nodeBits, nodeWidth } from './tally-tree.js';

/** Advisory locks beside those of other purposes: one for each table, which folds share and truncate takes, and one for each table of an account. */
export const lockOfTables = 7_436_002;
const lockOfAccounts = 7_436_006;

/** Changes that one call folds; it takes more where a leaf has more. */
export const maxFoldedChanges = 1000;

const addEach = `
  create function add_each(integer[], integer[]) returns integer[] language sql immutable parallel safe
    return array(select a + b from unnest($1, $2) with ordinality as pair(a, b, place) order by place);
`;

/**
 * SQL of the function that moves changes of an account's table into its tally, and returns how many: `maxFoldedChanges` or more while
 * others may be left. Readers see all of a call or nothing. While another session does so for the same account, it does nothing.
 */
export const createFoldRowChanges = `
  create or replace function fold_row_changes(account integer, counted text) returns integer language plpgsql as $$
  declare
    folded integer;
    empty bigint[];
    through bigint;
  begin
    if not pg_try_advisory_xact_lock_shared(${lockOfTables}, hashtext(counted)) or not pg_try_advisory_xact_lock(${lockOfAccounts}, hashtext(account || ' ' || counted)) then
      return 0;
    end if;
    -- Leaves are folded whole: so each is that of a moment, and no running number falls below the one before it.
    through := (select max(range) from (select c.range from row_change c where c.account_id = account and c.relation = counted order by c.range limit ${maxFoldedChanges}) piece);
    with gone as (
      delete from row_change c where c.account_id = account and c.relation = counted and c.range <= through returning c.range, c.change
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
    ), stretch as (
      select level, node, child, sum(change) over by_child as n, lead(child, 1, ${nodeWidth}) over by_child - child as width from step window by_child as (partition by level, node order by child)
    ), running as (
      -- The array's text: the sum of the changes up to each child.
      select level, node, ('{' || rtrim(repeat('0,', min(child)) || string_agg(repeat(n || ',', width), '' order by child), ',') || '}')::integer[] as n from stretch group by level, node
    ), written as (
      insert into row_tally as known (account_id, relation, level, range, running)
        select account, counted, level, node, n from running order by level, node
        on conflict (account_id, relation, level, range) do update set running = add_each(known.running, excluded.running)
        returning known.level, known.range, 0 = all (known.running) as is_empty
    )
    select (select count(*) from gone), array_agg(written.range) filter (where is_empty) into folded, empty from written;
    delete from row_tally known where known.account_id = account and known.relation = counted and known.range = any (empty) and 0 = all (known.running);
    return folded;
  end $$;
`;

export const createFolding = `${addEach} ${createFoldRowChanges}`;
