import pg from 'pg';
import { pageSize } from '../page.js';
import { environment, sessionOptions } from './environment.js';
import { listed } from './listed.js';
import { serve } from './serve.js';

/**
 * B2: what an expert would write. One named statement by a pool of 10, in which PostgreSQL makes the whole answer;
 * LIMIT is a literal, so that the statement is planned once, and so is OFFSET behind the first page. Nothing is written
 * as text of the rows that OFFSET passes. The count is read from the table we keep it in.
 */
const offset = environment.OFFSET === '0' ? '' : ` offset ${environment.OFFSET}`;
const text = `
  select '{"count":' || n || ',"next":' || $2 || ',"previous":' || $3 || ',"results":[' || (
    select string_agg(row_to_json(page)::text, ',') from (
      select ${listed.columns} from (select * from ${listed.table} where account_id = $1 order by ${listed.order}
        limit ${pageSize}${offset}) passed
    ) page
  ) || ']}' as body
  from row_count where account_id = $1 and relation = '${listed.table}'`;

const pool = new pg.Pool({ connectionString: environment.DATABASE_URL, options: sessionOptions, max: 10 });

serve(async () => {
  const { rows } = await pool.query<{ body: string }>({
    name: 'page',
    text,
    values: [environment.ACCOUNT, environment.NEXT, environment.PREVIOUS],
  });
  return rows[0]!.body;
});
