import pg from 'pg';

/** Asks a database directly, behind the apps' backs. */
export async function queryDatabase<T = Record<string, unknown>>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...parameters]);
    return rows as T[];
  } finally {
    await client.end();
  }
}
