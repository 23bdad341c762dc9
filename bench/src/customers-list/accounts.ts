import { loadCustomers } from '../customers/load-customers.js';
import { pageSize } from '../page.js';
import { newCaller, type Caller } from '../system/caller.js';
import type { BenchInfrastructure } from '../system/infrastructure.js';

/** An account, how many customers it has, and which pages of them are asked for, in their order. */
export interface ListedAccount extends Caller {
  readonly rows: number;
  readonly pages: readonly number[];
}

/** An account with few customers and one with many, in the same tables. */
export async function makeAccounts(
  infrastructure: BenchInfrastructure,
  rows: readonly number[],
  say: (line: string) => void,
): Promise<ListedAccount[]> {
  const accounts: ListedAccount[] = [];
  for (const number of rows)
    accounts.push({
      ...(await newCaller(infrastructure.operator, `with-${number}`)),
      rows: number,
      pages: pagesOf(number),
    });
  say(`Loading ${rows.map((number) => number.toLocaleString('en')).join(' and ')} customers …`);
  say(
    `Loaded in ${(await loadCustomers(infrastructure, accounts)).toFixed(0)} s, with the keys for indexes, ` +
      'folded, vacuumed and analyzed.',
  );
  return accounts;
}

const pagesOf = (rows: number): number[] => [...new Set([1, 1000, Math.min(200_000, rows / pageSize)])];
