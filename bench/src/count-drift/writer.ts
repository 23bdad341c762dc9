import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '@refundry/errors';
import { postgresFailure } from '@refundry/provisioning';
import pg from 'pg';
import { Random } from '@refundry/testing';

/** The accounts that are written to. */
export const accounts = [1, 2] as const;

const sizes = [1, 1, 1, 5, 20, 100, 500, 2000];
const kinds = ['insert', 'insert', 'insert', 'insert far off', 'update', 'update', 'delete', 'delete'] as const;
const rolledBackShare = 0.1;
const maxStatements = 3;
/** As many upstream keys as a writer may need. */
const keysOfAWriter = 100_000_000;
const reconnectMs = 50;

/** With PostgreSQL's own keys, or with a writer's own below zero. */
const insertOf = (id: string): string => `
  insert into customer (account_id, id, omnitron_id, email, first_name, last_name)
    overriding ${id === 'default' ? 'user' : 'system'} value
  select $1, ${id === 'default' ? '0' : id}, $2 + g, 'customer-' || g || '@example.com', 'Işıl', 'Çelik'
  from generate_series(1, $3::integer) g`;

const some = `account_id = $1 and id in (select id from customer where account_id = $1 and id >= $2 order by id
  limit $3::integer)`;

const statements: Readonly<Record<(typeof kinds)[number], string>> = {
  insert: insertOf('default'),
  'insert far off': insertOf('-($2 + g)'),
  update: `update customer set first_name = first_name || 'x', modified_date = clock_timestamp() where ${some}`,
  delete: `delete from customer where ${some}`,
};

/** Writes as the application does, in transactions of an account, and goes on when PostgreSQL comes back. */
export class Writer {
  /** Rows of transactions whose commit was acknowledged. */
  written = 0;
  /** Rows that were taken back. */
  rolledBack = 0;
  /** Transactions that PostgreSQL or its end broke off. */
  brokenOff = 0;

  private readonly random: Random;
  private lastKey: number;

  /** @param number from 0, another for each writer */
  constructor(
    private readonly url: string,
    number: number,
  ) {
    this.random = new Random(number + 1);
    this.lastKey = number * keysOfAWriter;
  }

  async writeUntil(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const client = new pg.Client({ connectionString: this.url });
      // A lost connection shows in the query that waits for it.
      client.on('error', () => undefined);
      try {
        await client.connect();
        await this.transactUntil(stop, client);
      } catch (error) {
        if (!isOrdinary(error)) throw error;
        await pause(reconnectMs);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  private async transactUntil(stop: AbortSignal, client: pg.Client): Promise<void> {
    try {
      while (!stop.aborted) await this.transact(client);
    } catch (error) {
      this.brokenOff += 1;
      throw error;
    }
  }

  private async transact(client: pg.Client): Promise<void> {
    const account = this.random.of(accounts);
    await client.query('begin');
    await client.query(`select set_config('refundry.account', $1, true)`, [String(account)]);
    let rows = 0;
    for (let left = 1 + this.random.below(maxStatements); left > 0; left -= 1)
      rows += await this.write(client, account);
    const isKept = this.random.next() >= rolledBackShare;
    await client.query(isKept ? 'commit' : 'rollback');
    if (isKept) this.written += rows;
    else this.rolledBack += rows;
  }

  private async write(client: pg.Client, account: number): Promise<number> {
    const kind = this.random.of(kinds);
    const size = this.random.of(sizes);
    const from = kind.startsWith('insert') ? this.lastKey : await this.someKey(client, account);
    if (kind.startsWith('insert')) this.lastKey += size;
    const { rowCount } = await client.query(statements[kind], [account, from, size]);
    return rowCount ?? 0;
  }

  private async someKey(client: pg.Client, account: number): Promise<number> {
    const {
      rows: [keys],
    } = await client.query<{ least: number | null; greatest: number | null }>(
      'select min(id) as least, max(id) as greatest from customer where account_id = $1',
      [account],
    );
    const [least, greatest] = [keys?.least ?? 0, keys?.greatest ?? 0];
    // Half of the keys are far off, and the room between them is empty.
    return this.random.next() < 0.5 ? this.random.below(greatest + 1) : Math.floor(least * this.random.next());
  }
}

const deadlock = '40P01';

/** PostgreSQL is away, or let one of two go on who waited for each other. */
const isOrdinary = (error: unknown): boolean =>
  postgresFailure(error) instanceof Failure || (error as { code?: string }).code === deadlock;
