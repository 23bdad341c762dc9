import pg from 'pg';
import { environment, sessionOptions } from './environment.js';
import { serve } from './serve.js';

/**
 * B2: what an expert would write. One named statement by a pool of 10, in which PostgreSQL makes the whole answer; LIMIT is
 * a literal, so that the statement is planned once. The count is read from the table we keep it in.
 */
const text = `
  select '{"count":' || n || ',"next":' || $2 || ',"previous":null,"results":[' || (
    select string_agg(row_to_json(page)::text, ',') from (
      select id, cancellation_type,
        to_char(created_date, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_date, to_char(modified_date, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as modified_date,
        omnitron_id, subject, extra_information_needed, ordering, is_active
      from cancellation_reason where account_id = $1 order by ordering, id limit 50
    ) page
  ) || ']}' as body
  from row_count where account_id = $1 and relation = 'cancellation_reason'`;

const pool = new pg.Pool({ connectionString: environment.DATABASE_URL, options: sessionOptions, max: 10 });
const next = JSON.stringify(environment.NEXT);

serve(async () => {
  const { rows } = await pool.query<{ body: string }>({ name: 'page', text, values: [environment.ACCOUNT, next] });
  return rows[0]!.body;
});
