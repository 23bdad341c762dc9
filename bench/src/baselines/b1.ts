import pg from 'pg';
import { environment, sessionOptions } from './environment.js';
import { serve } from './serve.js';

/**
 * B1: what any developer would write. Two queries by a pool of 10, objects, `JSON.stringify`.
 *
 * It reads the count from the table we keep it in, so that only the path differs. A `Date` has no microseconds, hence `to_char`.
 */
const count = `select n::integer from row_count where account_id = $1 and relation = 'cancellation_reason'`;
const rows = `
  select id, cancellation_type,
    to_char(created_date, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_date, to_char(modified_date, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as modified_date,
    omnitron_id, subject, extra_information_needed, ordering, is_active
  from cancellation_reason where account_id = $1 order by ordering, id limit $2 offset $3`;

const pool = new pg.Pool({ connectionString: environment.DATABASE_URL, options: sessionOptions, max: 10 });

serve(async () => {
  const [counted, page] = await Promise.all([pool.query<{ n: number }>(count, [environment.ACCOUNT]), pool.query(rows, [environment.ACCOUNT, 50, 0])]);
  return JSON.stringify({ count: counted.rows[0]!.n, next: environment.NEXT, previous: null, results: page.rows });
});
