import pg from 'pg';
import { pageSize } from '../page.js';
import { environment, sessionOptions } from './environment.js';
import { listed } from './listed.js';
import { serve } from './serve.js';

/**
 * B1: what any developer would write. Two queries by a pool of 10, objects, `JSON.stringify`.
 *
 * It reads the count from the table we keep it in, so that only the path differs.
 */
const count = 'select n::integer from row_count where account_id = $1 and relation = $2';
const rows = `select ${listed.columns} from ${listed.table} where account_id = $1 order by ${listed.order}
  limit $2 offset $3`;

// A bigint is a text to pg, and a number in the answer.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const pool = new pg.Pool({ connectionString: environment.DATABASE_URL, options: sessionOptions, max: 10 });
const [next, previous] = [environment.NEXT, environment.PREVIOUS].map((link) => JSON.parse(link) as string | null);

serve(async () => {
  const [counted, page] = await Promise.all([
    pool.query<{ n: number }>(count, [environment.ACCOUNT, listed.table]),
    pool.query(rows, [environment.ACCOUNT, pageSize, Number(environment.OFFSET)]),
  ]);
  return JSON.stringify({ count: counted.rows[0]!.n, next, previous, results: page.rows });
});
