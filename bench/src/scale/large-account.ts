import type pg from 'pg';
import { download } from '../customers-export/download.js';
import { loadCustomers } from '../customers/load-customers.js';
import { spreadOf } from '../measuring/statistics.js';
import { pageSize } from '../page.js';
import { forgetStatements } from '../refund-procedure/counting-postgres.js';
import { connected } from '../system/connected.js';
import type { Caller } from '../system/caller.js';
import type { BenchInfrastructure, BenchSystem } from '../system/infrastructure.js';
import { statementsLike } from './statements.js';

const requests = 20;

/** A request of one account with many rows. */
export interface RowsCost {
  readonly rows: number;
  readonly request: string;
  /** As the client sees it: the middle of the requests. */
  readonly ms: number;
  /** Buffers of 8 kB for each request, and how long PostgreSQL worked on it. */
  readonly buffers: number;
  readonly postgresMs: number;
}

/** Loads the account's customers, with all indexes. @returns the seconds it took */
export const loadLargeAccount = (
  infrastructure: BenchInfrastructure,
  { account }: Caller,
  rows: number,
): Promise<number> =>
  connected(infrastructure.omsDatabase.ownerUrl, async (owner) => {
    const { rows: indexes } = await owner.query<{ create: string }>(
      `select replace(indexdef, 'INDEX', 'INDEX IF NOT EXISTS') as create from pg_indexes where tablename = 'customer'
        and indexdef not like '%UNIQUE%'`,
    );
    const seconds = await loadCustomers(infrastructure, [{ account, rows }]);
    await owner.query("set maintenance_work_mem = '256MB'");
    for (const { create } of indexes) await owner.query(create);
    await owner.query('vacuum analyze customer');
    return seconds;
  });

/** Asks for pages and for a file through the gateway. */
export async function measureLargeAccount(
  admin: pg.Client,
  { omsDatabase }: BenchInfrastructure,
  { gateway }: BenchSystem,
  { token }: Caller,
  rows: number,
  signal: AbortSignal,
): Promise<RowsCost[]> {
  const costs: RowsCost[] = [];
  for (const [request, query, times = requests] of requestsOf(rows)) {
    const url = `${gateway.url}/api/v1/oms/customers/list-simple/?page_size=${pageSize}&${query}`;
    await download({ url, token }, signal);
    await forgetStatements(admin);
    const took: number[] = [];
    for (let count = 0; count < times; count += 1) {
      const startedAt = performance.now();
      await download({ url, token }, signal);
      took.push(performance.now() - startedAt);
    }
    const { buffers, ms } = await statementsLike(admin, omsDatabase.url, 'customer');
    costs.push({ rows, request, ms: spreadOf(took).median, buffers, postgresMs: ms });
  }
  return costs;
}

const requestsOf = (rows: number): (readonly [string, string, number?])[] => [
  ['first page', ''],
  ['last page', 'page=last'],
  ['page in the middle', `page=${Math.ceil(rows / pageSize / 2)}`],
  ['one row by a filter', `email=customer-${Math.ceil(rows / 2)}@example.com`],
  ['a seventh of the rows by a filter, counted', 'first_name=Deniz', 3],
  ['newest by date', 'sort=-modified_date'],
  ['page in the middle by date', `sort=modified_date&page=${Math.ceil(rows / pageSize / 2)}`, 3],
  ['export as CSV', 'format=csv', 1],
];
