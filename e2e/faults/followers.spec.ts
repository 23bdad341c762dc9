import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Client } from '../system/client.js';
import { RunningSystem } from '../system/running-system.js';
import { level } from '../system/setup.js';
import { until } from '../system/until.js';
import { isFullSize } from './address-setup-under-way.js';

const customers = 40_000;
const path = '/api/v1/oms/customers/list-simple/';
const maxMs = 240_000;

let system: RunningSystem;
let client: Client;
let account: number;

beforeAll(async () => {
  system = await RunningSystem.start({
    environment: { oms: { JOB_LEASE_SECONDS: '2' }, simulator: { OMNITRON_CUSTOMERS: String(customers) } },
  });
  await system.startApp('oms-2');
  client = await system.newClient();
  account = await system.accountId(client.account);
  await client.setup('channels').run();
}, maxMs);

afterAll(() => system.stop());

/** Polls for what has come since the last row it has seen. */
class Follower {
  readonly seen = new Map<string, string>();
  polls = 0;
  private last = '';

  constructor(readonly filter: 'modified_date__gt' | 'modified_date__gte' | 'id__gt') {}

  /** @returns whether it was answered: the replica that is asked may be stopped, and its places taken */
  async poll(): Promise<boolean> {
    const sort = this.filter === 'id__gt' ? 'id' : 'modified_date';
    const since = this.last === '' ? '' : `&${this.filter}=${encodeURIComponent(this.last)}`;
    const { status, text } = await client.get(`${path}?format=csv&sort=${sort}${since}`);
    if (status === 429 || status === 503 || status === 504) return false;
    if (status !== 200) throw new Error(`${status} ${text}`);
    for (const line of text.split('\r\n').slice(1, -1)) {
      const [id = '', , modified = ''] = line.split(',');
      this.seen.set(id, modified);
      this.last = sort === 'id' ? id : modified;
    }
    this.polls++;
    return true;
  }

  /** Polls every 20 ms until it is told to stop, and once more. */
  async follow(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.poll();
      await pause(20);
    }
    await until('the last poll is answered', () => this.poll());
  }
}

/**
 * Changes customers as the version before did, with time between the statement and its commit.
 *
 * @returns how many times
 */
async function changeSlowly(stop: AbortSignal): Promise<number> {
  const writer = new pg.Client({ connectionString: system.databases.oms.url });
  await writer.connect();
  let changes = 0;
  for (; !stop.aborted; changes++) {
    await writer.query(`begin; select set_config('refundry.account', '${account}', true)`);
    await writer.query(
      `update customer set erp_code = 'slow', modified_date = clock_timestamp()
        where id in (select id from customer order by random() limit 3)`,
    );
    await pause(30);
    await writer.query('commit');
  }
  await writer.end();
  return changes;
}

const hasTaken = (name: string): boolean =>
  system.app(name).lines.some((line) => line.includes('took a job') && line.includes('customers'));
const stored = (): Promise<{ n: number }[]> =>
  system.query<{ n: number }>('oms', `select count(*)::integer as n from customer where account_id = ${account}`);

/** Stops the replica that runs the job until the other one has taken it. */
async function handOver(): Promise<void> {
  await until('a third is here', async () => (await stored())[0]!.n > customers / 3, { within: 60_000 });
  const [holder, other] = hasTaken('oms') ? ['oms', 'oms-2'] : ['oms-2', 'oms'];
  system.app(holder).kill('SIGSTOP');
  await until('the other replica takes the job', () => hasTaken(other), { within: 30_000 }).finally(() => {
    system.app(holder).kill('SIGCONT');
  });
}

describe('clients that poll the customers for what is new', () => {
  it(
    'miss none of 40,000 that two replicas bring while another writer changes some',
    async () => {
      const followers = [new Follower('modified_date__gt'), new Follower('modified_date__gte'), new Follower('id__gt')];
      const [pulled, written] = [new AbortController(), new AbortController()];
      const following = followers.map((follower) => follower.follow(written.signal));
      const changing = changeSlowly(pulled.signal);
      await client.setup('customers').execute();
      await handOver();
      const run = await client.setup('customers').ended(120_000);
      pulled.abort();
      const changes = await changing;
      written.abort();
      await Promise.all(following);
      const rows = await system.query<{ id: string; modified: string }>(
        'oms',
        `select id::text, to_char(modified_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as modified
          from customer where account_id = ${account}`,
      );
      const missed = followers.map(({ filter, seen }) => [
        filter,
        rows.filter(({ id, modified }) => (filter === 'id__gt' ? !seen.has(id) : !isSame(seen.get(id), modified)))
          .length,
      ]);
      if (isFullSize)
        process.stderr.write(`${JSON.stringify({ changes, polls: followers.map(({ polls }) => polls), missed })}\n`);
      expect([run.status, level(run, 'customers').inserted, rows.length]).toEqual(['FINISHED', customers, customers]);
      expect(missed).toEqual(followers.map(({ filter }) => [filter, 0]));
    },
    maxMs,
  );
});

/** The API leaves out microseconds that are zero. */
const isSame = (shown: string | undefined, stamp: string): boolean =>
  shown === stamp || shown === stamp.replace('.000000', '');
