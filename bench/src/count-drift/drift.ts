import { connected } from '../system/connected.js';

/** How far what we know of the rows lies from the rows; all of one moment. */
export interface Drift {
  readonly rows: number;
  /** Rows by which counts are wrong, of all accounts together. */
  readonly count: number;
  /** Rows by which row counts are wrong, of all leaves and nodes together. */
  readonly tallies: number;
  /** Of the rows looked at, those that are not where their position is said to be. */
  readonly misplaced: number;
  /** Changes that were not folded yet. */
  readonly unfolded: number;
}

/** docs/adr/0014: a leaf has 2^7 keys, a node 2^9 children. */
const [leafBits, nodeBits] = [7, 9];
const everyNth = 97;

const countDrift = `
  select coalesce(sum(abs(coalesce(known.n, 0) - coalesce(counted.n, 0))), 0)::float8 as n
  from (
    select account_id, sum(n) as n
    from (select account_id, n from row_count where relation = 'customer' union all select account_id, change
      from row_change where relation = 'customer') part group by 1
  ) known full join (select account_id, count(*) as n from customer group by 1) counted using (account_id)`;

/** Compares the children of all nodes of a level, and the changes, with the rows. */
const rowCountDrift = (level: 1 | 2): string => {
  const bits = leafBits + nodeBits * (level - 1);
  return `
  select coalesce(sum(abs(coalesce(known.n, 0) - coalesce(counted.n, 0))), 0)::float8 as n
  from (
    select account_id, child, sum(n) as n from (
      select account_id, (range << ${nodeBits}) + place - 1, running[place] - coalesce(running[place - 1], 0)
      from row_tally, generate_subscripts(running, 1) place where relation = 'customer' and level = ${level}
      union all
      select account_id, range >> ${nodeBits * (level - 1)}, change from row_change where relation = 'customer'
    ) part(account_id, child, n) group by 1, 2
  ) known full join (select account_id, id::bigint >> ${bits} as child, count(*) as n from customer
    group by 1, 2) counted using (account_id, child)`;
};

const misplaced = `
  select count(*)::float8 as n
  from (select account_id, id, row_number() over (partition by account_id order by id) - 1 as place
    from customer) positioned
  left join lateral locate_row(account_id, 'customer', place) located on true
  where place % ${everyNth} = 0 and (id between first_key and last_key) is not true`;

/** Looks at everything in one snapshot, while others may write. */
export const driftOf = (ownerUrl: string): Promise<Drift> =>
  connected(ownerUrl, async (owner) => {
    const number = async (query: string): Promise<number> => (await owner.query<{ n: number }>(query)).rows[0]!.n;
    await owner.query('begin isolation level repeatable read read only');
    return {
      rows: await number('select count(*)::float8 as n from customer'),
      count: await number(countDrift),
      tallies: (await number(rowCountDrift(1))) + (await number(rowCountDrift(2))),
      misplaced: await number(misplaced),
      unfolded: await number(`select count(*)::float8 as n from row_change where relation = 'customer'`),
    };
  });
