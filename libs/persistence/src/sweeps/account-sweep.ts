import { arrayLiteral } from '../columns/array-literal.js';
import type { ReadPool } from '../read-connection/read-pool.js';
import { inShards, type Shards } from './shards.js';
import { forEachPage, forEachSettled } from './sweeps.js';

const accountsPage = 100;

/**
 * SQL of the accounts that have a row of which `condition` is true, in their order, found by going from one account to
 * the next along the primary key. A scalar subquery is never made a join, which might change the order.
 */
const accountsHaving = (table: string, condition: string): string => `
  with recursive known(account_id) as (
    (select account_id from ${table} where account_id > $2::int8 order by account_id limit 1)
    union all
    select (select account_id from ${table} next where next.account_id > known.account_id order by account_id limit 1)
      from known where known.account_id is not null
  )
  select account_id from known where ${inShards('$1')}
    and (select true from ${table} concerned where concerned.account_id = known.account_id and ${condition} limit 1)
      limit ${accountsPage}`;

export interface AccountSweep {
  /** Its primary key begins with the account. */
  readonly table: string;
  /** SQL of whether a row needs work, without parameters; an index finds such a row of an account. */
  readonly condition: string;
  /** A bounded piece of an account's work. @returns whether there is more of it, where that is known */
  readonly work: (account: number) => Promise<boolean | void>;
  /** Called after the last account, where one has more. */
  readonly onUnfinished?: () => void;
  readonly maxConcurrent: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Works for each account of a replica's shards that has something to do, past accounts that fail.
 *
 * @throws the first failure, after the last account
 */
export async function sweepAccounts(
  readPool: ReadPool,
  shards: Shards,
  { table, condition, work, onUnfinished, maxConcurrent, signal }: AccountSweep,
): Promise<void> {
  const held = arrayLiteral(shards.held);
  const text = accountsHaving(table, condition);
  let unfinished = 0;
  try {
    await forEachPage<number>({
      pageSize: accountsPage,
      ...(signal && { signal }),
      read: async (last = 0) => {
        const rows = await readPool.rows({ account: 'any', text, values: [held, last], isAdhoc: true });
        return rows.map(([account]) => Number(account));
      },
      work: (accounts) =>
        forEachSettled(accounts, maxConcurrent, async (account) => {
          if (await work(account)) unfinished += 1;
        }),
    });
  } finally {
    if (unfinished > 0) onUnfinished?.();
  }
}
