import { leafBits, leafWidth, nodeBits, nodeWidth } from './row-count-tree.js';

/**
 * SQL of where the row is that stands at a position, from 0, in the order of the key: between `first_key` and
 * `last_key`, with `before` and `behind` rows on either side of it there; no row when there is none at the position.
 *
 * @param position SQL of a bigint
 */
export const locateRow = (table: string, position: string): string => `locate_row($1, '${table}', ${position})`;

/**
 * SQL of the function behind `locateRow`. Being stable it reads the snapshot of the statement that asks, as the count
 * beside it does. Changes that are not folded yet are added to the nodes that it passes.
 */
export const createLocating = `
  create or replace function locate_row(account integer, counted text, place bigint)
    returns table (first_key bigint, last_key bigint, before bigint, behind bigint) language plpgsql stable rows 1
      set plan_cache_mode = force_generic_plan as $$
  declare
    is_changing boolean := exists (select from row_change c where c.account_id = account and c.relation = counted);
    part record;
    node bigint;
    children smallint[];
    running integer[];
    changed smallint[];
    change integer[];
    index integer;
    rest bigint := place;
    own bigint;
  begin
    if place < 0 then
      return;
    end if;
    if is_changing then
      select known.range, place - known.through + known.n into node, rest from (
        select one.range, sum(one.n) as n, sum(sum(one.n)) over (order by one.range) as through from (
          select t.range, t.running[cardinality(t.running)] from row_tally t where t.account_id = account
            and t.relation = counted and t.level = 2
          union all
          select c.range >> ${2 * nodeBits}, c.change from row_change c where c.account_id = account
            and c.relation = counted
        ) one(range, n) group by one.range
      ) known where place < known.through order by known.range limit 1;
    else
      for part in select t.range, t.running[cardinality(t.running)] as n from row_tally t where t.account_id = account
        and t.relation = counted and t.level = 2 order by t.range loop
        if rest < part.n then
          node := part.range;
          exit;
        end if;
        rest := rest - part.n;
      end loop;
    end if;
    if node is null then
      return;
    end if;

    for depth in reverse 2 .. 1 loop
      select t.children, t.running into children, running from row_tally t where t.account_id = account
        and t.relation = counted and t.level = depth and t.range = node;
      if is_changing then
        select array_agg(child::smallint order by child), array_agg(through order by child) into changed, change from (
          select c.range >> ${nodeBits} * (depth - 1) & ${nodeWidth - 1},
            sum(sum(c.change)) over (order by c.range >> ${nodeBits} * (depth - 1) & ${nodeWidth - 1})::integer
              from row_change c
          where c.account_id = account and c.relation = counted and c.range between node << ${nodeBits} * depth
            and (node + 1 << ${nodeBits} * depth) - 1
          group by 1
        ) summed(child, through);
        if changed is not null then
          select sum.children, sum.running into children, running
          from add_nodes(children, running, changed, change) sum;
        end if;
      end if;
      index := width_bucket(rest::integer, running);
      own := running[index + 1] - coalesce(running[index], 0);
      rest := rest - coalesce(running[index], 0);
      node := (node << ${nodeBits}) + coalesce(children[index + 1], index);
    end loop;

    first_key := node << ${leafBits};
    last_key := first_key + ${leafWidth - 1};
    before := rest;
    behind := own - 1 - rest;
    return next;
  end $$;
`;
