import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancellationReason,
  Channel,
  Customer,
  listCancellationReasons,
  listChannels,
  listCustomers,
} from '@refundry/contracts';
import { readListQuery } from '@refundry/pagination';
import { dataSourceOf, ReadPool, migrate, ResourceReader, resourceTable, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { ListEndpoint } from '@refundry/resource';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { mergeReasons } from '../cancellation-reasons/merge-reasons.sql.js';
import { omsMigrations } from '../oms.app.js';
import { MirrorTable, type UpstreamRow } from './mirror-table.js';

interface UpstreamCustomer extends UpstreamRow {
  email: string;
  first_name?: string;
  last_name?: string;
  channel?: number;
}

interface UpstreamChannel extends UpstreamRow {
  name: string;
  channel_type?: string;
  configuration?: unknown;
  is_active?: boolean;
}

interface StampedRow {
  readonly id: number;
  readonly modified_date: string;
}

type Write = (transaction: EntityManager) => Promise<unknown>;

const account = 1;
const customers = new MirrorTable<UpstreamCustomer>({
  table: 'customer',
  columns: { email: 'text', first_name: 'text', last_name: 'text' },
  optionalParent: { field: 'channel', table: 'channel' },
  defaults: { first_name: '', last_name: '' },
  updates: true,
});
const channels = new MirrorTable<UpstreamChannel>({
  table: 'channel',
  columns: { name: 'text', channel_type: 'text', configuration: 'json', is_active: 'boolean' },
  defaults: { channel_type: '', configuration: {}, is_active: true },
  updates: true,
});

let owner: pg.Client;
let application: DataSource;
let transactions: Transactions;
let readPool: ReadPool;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, omsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  application = await dataSourceOf(url, []).initialize();
  transactions = new Transactions(application);
  readPool = new ReadPool({ url, role: rolesOf('oms').reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

beforeEach(async () => {
  await owner.query('delete from customer; delete from channel; delete from cancellation_reason');
  await commit(merge('One', 'Two'));
  await commit(syncRows(channels, { pk: 1, name: 'Web' }, { pk: 2, name: 'Shop' }));
  await commit(syncRows(customers, { pk: 1, email: 'one' }, { pk: 2, email: 'two', channel: 3 }));
});

const commit = (write: Write): Promise<unknown> => transactions.run({ account }, write);

const syncRows =
  <T extends UpstreamRow>(table: MirrorTable<T>, ...rows: T[]): Write =>
  async (transaction) => {
    await table.write(
      transaction,
      await table.changes(readPool, account, rows, {
        parents: await table.parentKeys(readPool, account),
        takesOlder: false,
      }),
    );
  };

const merge =
  (...subjects: string[]): Write =>
  (transaction) =>
    mergeReasons(
      transaction,
      subjects.map((subject, index) => ({ pk: index + 1, subject })),
      { account, isForced: true },
    );

const linkOrphans: Write = async (transaction) => {
  expect(await customers.linkOrphans(transaction, account)).toMatchObject([{ pk: 2 }]);
};

/** Goes on behind the last row it has seen, in one of the forms in which clients do. */
class Follower {
  readonly seen = new Map<number, string>();
  private last: StampedRow | undefined;

  constructor(
    private readonly form: (typeof forms)[number],
    private readonly readAll: (query: string) => Promise<StampedRow[]>,
  ) {}

  async read(): Promise<void> {
    const [field] = this.form.split('__') as ['id' | 'modified_date'];
    const since = this.last === undefined ? '' : `&${this.form}=${encodeURIComponent(this.last[field])}`;
    for (const row of await this.readAll(`sort=${field}${since}&page_size=100`)) {
      this.seen.set(row.id, row.modified_date);
      this.last = row;
    }
  }
}

const forms = ['modified_date__gt', 'modified_date__gte', 'id__gt'] as const;

const readerOf =
  <T extends StampedRow>(endpoint: ListEndpoint<T>, reader: ResourceReader<T>) =>
  async (query: string): Promise<StampedRow[]> => {
    const { results } = await reader.page({
      requestId: 'r1',
      deadline: 0,
      caller: { account, scopes: [] },
      publicUrl: '',
      query,
      ...readListQuery(endpoint, query),
    });
    return JSON.parse(`[${results.text}]`) as StampedRow[];
  };

const isRunning = async (pid: number): Promise<boolean> =>
  (await owner.query('select where cardinality(pg_blocking_pids($1)) = 0', [pid])).rowCount === 1;

/** One transaction has written and not committed when another begins to write and reaches as far as it can. */
async function interleave(first: Write, second: Write, meanwhile: () => Promise<void>): Promise<void> {
  const [written, mayCommit, begun] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<number>(),
  ];
  const slow = commit(async (transaction) => {
    await first(transaction);
    written.resolve();
    await mayCommit.promise;
  });
  await Promise.race([slow, written.promise]);
  const quick = commit(async (transaction) => {
    begun.resolve((await transaction.query<[{ pid: number }]>('select pg_backend_pid() as pid'))[0].pid);
    await second(transaction);
  });
  const pid = await begun.promise;
  const ended = quick.then(() => false);
  await waitUntil(async () => !(await Promise.race([ended, isRunning(pid)])));
  await meanwhile();
  mayCommit.resolve();
  await Promise.all([slow, quick]);
}

describe.each(forms)('a client that goes on by %s', (form) => {
  it.each<[string, () => Promise<[ReturnType<typeof readerOf>, Write, Write]>]>([
    [
      'customers that two runs insert',
      () =>
        Promise.resolve([
          readCustomers(),
          syncRows(customers, { pk: 3, email: 'three' }),
          syncRows(customers, { pk: 4, email: 'four' }),
        ]),
    ],
    [
      'customers that one run changes and another inserts',
      () =>
        Promise.resolve([
          readCustomers(),
          syncRows(customers, { pk: 1, email: 'first' }),
          syncRows(customers, { pk: 4, email: 'four' }),
        ]),
    ],
    [
      'customers whose channel has come while others are inserted',
      async () => {
        await commit(syncRows(channels, { pk: 3, name: 'Phone' }));
        return [readCustomers(), linkOrphans, syncRows(customers, { pk: 3, email: 'three' })];
      },
    ],
    [
      'channels that two runs insert and change',
      () =>
        Promise.resolve([
          readerOf(listChannels, new ResourceReader(readPool, Channel, resourceTable('channel', Channel))),
          syncRows(channels, { pk: 3, name: 'Phone' }),
          syncRows(channels, { pk: 1, name: 'The web' }, { pk: 4, name: 'Fax' }),
        ]),
    ],
    [
      'cancellation reasons that two merges change',
      () =>
        Promise.resolve([
          readerOf(
            listCancellationReasons,
            new ResourceReader(readPool, CancellationReason, resourceTable('cancellation_reason', CancellationReason)),
          ),
          merge('First', 'Two'),
          merge('One', 'Second'),
        ]),
    ],
  ])('misses none of the %s', async (_, arrange) => {
    const [read, first, second] = await arrange();
    const follower = new Follower(form, read);
    await follower.read();
    await interleave(first, second, () => follower.read());
    await follower.read();
    const all = await read('page_size=100');
    if (form === 'id__gt')
      expect([...follower.seen.keys()]).toEqual(all.map(({ id }) => id).sort((one, other) => one - other));
    else expect(follower.seen).toEqual(new Map(all.map(({ id, modified_date: date }) => [id, date])));
  });
});

const readCustomers = (): ReturnType<typeof readerOf> =>
  readerOf(
    listCustomers,
    new ResourceReader(readPool, Customer, resourceTable('customer', Customer, { channel: 'channel_id' })),
  );

describe('the tables of resources', () => {
  it('are stamped, all of them', async () => {
    const names = async (sql: string): Promise<unknown[]> =>
      (await owner.query<[string]>({ text: sql, rowMode: 'array' })).rows.flat();
    // Webhooks are no list that clients follow.
    const resources = await names(
      `select table_name::text from information_schema.columns where table_schema = 'public' and table_name <> 'webhook'
        and column_name in ('id', 'created_date', 'modified_date') group by 1 having count(*) = 3 order by 1`,
    );
    expect(resources).toEqual([
      'cancellation_reason',
      'channel',
      'city',
      'country',
      'customer',
      'district',
      'township',
    ]);
    for (const trigger of ['lock_stamps', 'stamp_inserted', 'stamp_updated', 'keep_last_stamp']) {
      expect(
        await names(`select tgrelid::regclass::text from pg_trigger where tgname = '${trigger}' order by 1`),
      ).toEqual(resources);
    }
  });
});
