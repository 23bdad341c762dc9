import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SeededAccount, seededServices } from '../system/seeded-account.js';
import { SharedSystem } from '../system/shared-system.js';
import type { everyService } from '../system/system.js';

let system: SharedSystem;
let [ours, theirs] = [] as unknown as [SeededAccount, SeededAccount];

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  [ours, theirs] = await Promise.all([SeededAccount.seed(system, 1), SeededAccount.seed(system, 2)]);
});

afterAll(() => system.leave());

/** As the service itself is connected, in a transaction of an account, or of none. */
async function asService<T>(
  service: (typeof everyService)[number],
  account: number | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: system.databases[service].url });
  await client.connect();
  try {
    await client.query('begin');
    if (account !== undefined) await client.query("select set_config('refundry.account', $1, true)", [String(account)]);
    return await work(client);
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

/** The tables of a service that hold rows of accounts. */
const tablesOf = async (service: (typeof everyService)[number]): Promise<string[]> =>
  (
    await system.query<{ name: string }>(
      service,
      `select table_name as name from information_schema.columns where table_schema = 'public'
        and column_name = 'account_id' order by 1`,
    )
  ).map(({ name }) => name);

const accountsIn = async (client: pg.Client, table: string): Promise<number[]> =>
  (await client.query<{ account_id: number }>(`select distinct account_id from ${table} order by 1`)).rows.map(
    ({ account_id: id }) => id,
  );

/** The accounts that have rows in a table, as its owner sees them. */
const accountsOf = async (service: (typeof everyService)[number], table: string): Promise<number[]> =>
  (await system.query<{ account_id: number }>(service, `select distinct account_id from ${table}`)).map(
    ({ account_id: id }) => id,
  );

describe.each(seededServices)('the database of %s', (service) => {
  it('belongs to somebody else than the service, who is bound by row-level security', async () => {
    const rights = await asService(
      service,
      undefined,
      async (client) =>
        (
          await client.query<object>(
            `select rolsuper or rolbypassrls as is_exempt, exists (select from pg_class where relowner = pg_roles.oid)
              as is_owner from pg_roles where rolname = current_user`,
          )
        ).rows,
    );
    expect(rights).toEqual([{ is_exempt: false, is_owner: false }]);
  });

  it('holds nothing in tables without accounts, but what was migrated', async () => {
    const others = await system.query<{ name: string }>(
      service,
      "select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace",
    );
    const scoped = await tablesOf(service);
    expect(others.map(({ name }) => name).filter((name) => !scoped.includes(name))).toEqual(['migrations']);
  });

  it('shows a statement without any filter the rows of the account, and none without an account', async () => {
    const found = new Set<string>();
    for (const table of await tablesOf(service)) {
      const before = await accountsOf(service, table);
      const seen = await Promise.all(
        [ours, theirs].map(({ id }) => asService(service, id, (client) => accountsIn(client, table))),
      );
      const after = await accountsOf(service, table);
      for (const [index, { id }] of [ours, theirs].entries()) {
        // The service's background tasks may have taken rows away meanwhile.
        const isThere = before.includes(id) && after.includes(id);
        expect([table, seen[index]?.filter((account) => isThere || account !== id)]).toEqual([
          table,
          isThere ? [id] : [],
        ]);
      }
      expect([table, await asService(service, undefined, (client) => accountsIn(client, table))]).toEqual([table, []]);
      if ([ours, theirs].every(({ id }) => before.includes(id) && after.includes(id))) found.add(table);
    }
    // Tables without rows would show nothing however they are guarded.
    expect(found.size).toBeGreaterThanOrEqual(4);
  });

  it('lets the service add decisions, and change or delete none', async () => {
    const rights = await system.query<{ privilege: string }>(
      service,
      `select privilege_type as privilege from information_schema.role_table_grants
        where table_name = 'audit_entry' and grantee = $1 order by 1`,
      [service],
    );
    expect(rights.map(({ privilege }) => privilege)).toEqual(['INSERT', 'SELECT']);
  });

  it.each(['update %s set account_id = account_id', 'delete from %s'])(
    "lets '%s' without any filter reach the account's rows only",
    async (statement) => {
      let reachedTables = 0;
      for (const table of await tablesOf(service)) {
        const rows = async (): Promise<number | undefined> =>
          (
            await system.query<{ n: number }>(
              service,
              `select count(*)::integer as n from ${table} where account_id = $1`,
              [ours.id],
            )
          )[0]?.n;
        let own: number | undefined;
        let reached: number | 'kept' | null;
        // The service goes on counting rows in the background: only what it leaves alone meanwhile can be compared.
        do {
          own = await rows();
          reached = await asService(
            service,
            ours.id,
            async (client) => (await client.query(statement.replace('%s', table))).rowCount,
          ).catch(keptByOthersOrForGood);
        } while (own !== (await rows()));
        if (reached === 'kept') continue;
        expect([table, reached]).toEqual([table, own]);
        reachedTables++;
      }
      expect(reachedTables).toBeGreaterThanOrEqual(4);
    },
  );
});

/** A row that others refer to is not removed by any account, and a decision that is recorded is not changed. */
function keptByOthersOrForGood(error: unknown): 'kept' {
  if (error instanceof pg.DatabaseError && ['23503', '42501'].includes(error.code ?? '')) return 'kept';
  throw error;
}
