import type pg from 'pg';

/** Statements that PostgreSQL has been sent. */
export interface StatementCost {
  readonly calls: number;
  /** The mean of a call. */
  readonly ms: number;
  /** Buffers of 8 kB that a call looks into, on average. */
  readonly buffers: number;
}

const costOf = `
  select coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(total_exec_time) / sum(calls), 0) as ms,
    coalesce(sum(shared_blks_hit + shared_blks_read) / sum(calls), 0)::float8 as buffers
  from pg_stat_statements join pg_database on pg_database.oid = dbid where datname = $1 and query ~ $2`;

/** The statements since `pg_stat_statements_reset()` whose text matches a regular expression of PostgreSQL. */
export async function statementsLike(admin: pg.Client, databaseUrl: string, pattern: string): Promise<StatementCost> {
  const {
    rows: [cost],
  } = await admin.query<StatementCost>(costOf, [new URL(databaseUrl).pathname.slice(1), pattern]);
  return cost!;
}
