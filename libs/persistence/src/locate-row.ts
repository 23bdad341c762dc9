import { leafBits, leafWidth, nodeBits, nodeWidth } from './tally-tree.js';

/**
 * SQL of where the row is that stands at a position, from 0, in the order of the key: between `first_key` and `last_key`,
 * with `before` and `behind` rows on either side of it there; no row when there is none at the position.
 *
 * @param position SQL of a bigint
 */
export const locateRow = (table: string, position: string): string => `locate_row($1, '${table}', ${position})`;

/**
 * SQL of the function behind `locateRow`, and of its slower sister, who knows of changes that are not folded yet. Being stable
 * they read the snapshot of the statement that asks, as the count beside them does.
 */
export const createLocating = `
  create function locate_row(account integer, counted text, place bigint)
    returns table (first_key bigint, last_key bigint, before bigint, behind bigint) language plpgsql stable rows 1 set plan_cache_mode = force_generic_plan as $$
  declare
    part record;
    node bigint;
    child integer;
    running integer[];
    rest bigint := place;
    own bigint;
  begin
    if place < 0 then
      return;
    elsif exists (select from row_change c where c.account_id = account and c.relation = counted) then
      return query select * from locate_row_amid_changes(account, counted, place);
      return;
    end if;
    for part in select t.range, t.running from row_tally t where t.account_id = account and t.relation = counted and t.level = 2 order by t.range loop
      if rest < part.running[${nodeWidth}] then
        node := part.range;
        running := part.running;
        exit;
      end if;
      rest := rest - part.running[${nodeWidth}];
    end loop;
    if node is null then
      return;
    end if;
    child := width_bucket(rest::integer, running);
    rest := rest - coalesce(running[child], 0);
    node := (node << ${nodeBits}) + child;

    running := (select t.running from row_tally t where t.account_id = account and t.relation = counted and t.level = 1 and t.range = node);
    child := width_bucket(rest::integer, running);
    own := running[child + 1] - coalesce(running[child], 0);
    rest := rest - coalesce(running[child], 0);
    node := (node << ${nodeBits}) + child;

    first_key := node << ${leafBits};
    last_key := first_key + ${leafWidth - 1};
    before := rest;
    behind := own - 1 - rest;
    return next;
  end $$;

  create function locate_row_amid_changes(account integer, counted text, place bigint)
    returns table (first_key bigint, last_key bigint, before bigint, behind bigint) language plpgsql stable rows 1 set plan_cache_mode = force_generic_plan as $$
  declare
    part record;
    node bigint;
    child integer;
    running integer[];
    rest bigint := place;
    earlier bigint;
    own bigint;
  begin
    for part in
      select known.range, sum(known.n) as n from (
        select t.range, t.running[${nodeWidth}] from row_tally t where t.account_id = account and t.relation = counted and t.level = 2
        union all
        select c.range >> ${2 * nodeBits}, c.change from row_change c where c.account_id = account and c.relation = counted
      ) known(range, n) group by known.range order by known.range
    loop
      if rest < part.n then
        node := part.range;
        exit;
      end if;
      rest := rest - part.n;
    end loop;
    if node is null then
      return;
    end if;

    for depth in reverse 2 .. 1 loop
      running := coalesce((select t.running from row_tally t where t.account_id = account and t.relation = counted and t.level = depth and t.range = node), array_fill(0, array[${nodeWidth}]));
      -- From one changed child to the next, the changes raise all running numbers by the same.
      select at.child, stretch.through - at.change, at.change into child, earlier, own
        from (
          select touched.child, touched.change, sum(touched.change) over by_child as through, lead(touched.child, 1, ${nodeWidth}) over by_child as next
          from (
            select -1 as child, 0 as change
            union all
            select (c.range >> ${nodeBits} * (depth - 1) & ${nodeWidth - 1})::integer, sum(c.change)::integer from row_change c
            where c.account_id = account and c.relation = counted and c.range between node << ${nodeBits} * depth and (node + 1 << ${nodeBits} * depth) - 1
            group by 1
          ) touched window by_child as (order by touched.child)
        ) stretch,
        lateral (select greatest(stretch.child, 0, width_bucket((rest - stretch.through)::integer, running)) as child) found,
        lateral (select found.child, case when found.child = stretch.child then stretch.change else 0 end as change) at
        where at.child < stretch.next order by stretch.child limit 1;
      own := own + running[child + 1] - coalesce(running[child], 0);
      rest := rest - coalesce(running[child], 0) - earlier;
      node := (node << ${nodeBits}) + child;
    end loop;

    first_key := node << ${leafBits};
    last_key := first_key + ${leafWidth - 1};
    before := rest;
    behind := own - 1 - rest;
    return next;
  end $$;
`;
