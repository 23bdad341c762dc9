import type pg from 'pg';

/** As `server_version_num` has it: the oldest that `npm run test:postgres` is run against. */
const oldest = 150_000;

/** @throws where the server is too old for our statements, which waiting won't heal */
export async function assertSupported(client: Pick<pg.Client, 'query'>): Promise<void> {
  const {
    rows: [server],
  } = await client.query<{ number: number; version: string }>(
    "select current_setting('server_version_num')::integer as number, current_setting('server_version') as version",
  );
  if (server && server.number < oldest)
    throw new Error(`PostgreSQL ${Math.floor(oldest / 10_000)} or newer is needed; this is ${server.version}.`);
}
