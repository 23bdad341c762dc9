import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import {
  BooleanField,
  DateTimeField,
  DecimalField,
  EmailField,
  IntegerField,
  PkField,
  resource,
  StringField,
  type ListRequest,
} from '@refundry/resource';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import {
  createRowCounts,
  dataSourceOf,
  Exports,
  ReadPool,
  ResourceExporter,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
  Transactions,
} from '../index.js';

class Customer {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @DateTimeField({ label: 'Modified date', allowNull: true }) modified_date!: string | null;
  @EmailField({ label: 'Email' }) email!: string;
  @StringField({ label: 'Name', allowNull: true }) name!: string | null;
  @PkField({ label: 'Channel', allowNull: true }) channel!: number | null;
  @BooleanField({ label: 'Is active', allowNull: true }) is_active!: boolean | null;
  @DecimalField({ label: 'Longitude', maxDigits: 11, decimalPlaces: 8, allowNull: true }) longitude!: string | null;
}

const listCustomers = resource({ family: 'oms', path: 'customers', of: Customer }).list({
  path: 'list-simple',
  scope: 'oms:read',
  formats: ['json', 'csv', 'xls'],
  filters: { id: ['gt'], name: ['exact'] },
  sort: ['id', 'email'],
  order: ['id'],
});

const roles = rolesOf('oms');
const header = 'id,modified_date,email,name,channel,is_active,longitude\r\n';
let owner: pg.Client;
let watcher: pg.Client;
let database: string;
let readPool: ReadPool;
let application: DataSource;
let exporter: ResourceExporter;
let impatient: ResourceExporter;
let shared: ResourceExporter;
let asleep: ResourceExporter;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  database = owner.database ?? '';
  watcher = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await watcher.connect();
  await owner.query(`
    ${createRowCounts(roles)}
    create table customer (account_id integer, id bigint, modified_date timestamptz, email text, name text,
      channel_id bigint, is_active boolean, longitude numeric(11, 8), primary key (account_id, id));
    ${maintainRowCount('customer')} ${scopeToAccount('customer', roles)}
    insert into customer values
      (1, 1, '2023-07-04 10:30:31.29886Z', 'şeker@örnek.com', 'İpek "I" Işık', 7, true, 29.5),
      (1, 2, '2023-07-04 10:30:30Z', '', null, null, false, null),
      (1, 3, null, 'a@b.c', E'two\\nlines, a \\\\ and a tab\\t', null, null, -0.5),
      (2, 4, '2023-07-04Z', 'their@own.com', 'theirs', 1, true, 1);
    insert into customer select 3, n, '2023-07-04Z'::timestamptz + n * interval '1 us', n || '@example.com',
      'Customer ' || n, 1, true, 1 from generate_series(1, 200000) n;
  `);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  application = await dataSourceOf(url, []).initialize();
  const transactions = new Transactions(application);
  const table = resourceTable('customer', Customer, { channel: 'channel_id' });
  exporter = new ResourceExporter(
    readPool,
    new Exports(transactions, { max: 2, maxPerAccount: 2, timeoutMs: 60_000 }),
    listCustomers,
    table,
  );
  asleep = new ResourceExporter(
    readPool,
    new Exports(transactions, { max: 1, maxPerAccount: 1, timeoutMs: 60_000 }),
    listCustomers,
    resourceTable('customer', Customer, { channel: '(select 1 from pg_sleep(600))' }),
  );
  shared = new ResourceExporter(
    readPool,
    new Exports(transactions, { max: 2, maxPerAccount: 1, timeoutMs: 60_000 }),
    listCustomers,
    table,
  );
  impatient = new ResourceExporter(
    readPool,
    new Exports(transactions, { max: 1, maxPerAccount: 1, timeoutMs: 2000 }),
    listCustomers,
    table,
  );
});

afterAll(async () => {
  await application.destroy();
  await readPool.onApplicationShutdown();
  await owner.end();
  await watcher.end();
});

const request = (account: number, query = ''): ListRequest => ({
  requestId: 'r1',
  deadline: 0,
  caller: { account, scopes: [] },
  publicUrl: '',
  query,
  format: 'csv',
  ...readListQuery(listCustomers, query),
});

async function open(
  account: number,
  query = '',
  { of = exporter, left = new AbortController() } = {},
): Promise<AsyncIterator<Uint8Array>> {
  return (await of.file(request(account, query), 'csv')).source(left.signal)[Symbol.asyncIterator]();
}

async function rest(source: AsyncIterator<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (let next = await source.next(); !next.done; next = await source.next()) pieces.push(next.value);
  return Buffer.concat(pieces).toString();
}

const csv = async (account: number, query = ''): Promise<string> => rest(await open(account, query));
const idsOf = (text: string): number[] =>
  text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => Number(line.split(',')[0]));

/** The state of the backends of exports. */
async function exporting(): Promise<{ waiting: string | null }[]> {
  return (
    await watcher.query<{ waiting: string | null }>(
      `select wait_event as waiting from pg_stat_activity where query like 'copy %' and state = 'active'
        and datname = $1`,
      [database],
    )
  ).rows;
}

const rows = {
  1: '1,2023-07-04T10:30:31.298860Z,şeker@örnek.com,"İpek ""I"" Işık",7,True,29.50000000\r\n',
  2: '2,2023-07-04T10:30:30Z,"",,,False,\r\n',
  3: '3,,a@b.c,"two\nlines, a \\ and a tab\t",,,-0.50000000\r\n',
};

describe('a list as CSV', () => {
  it("has a name, the fields' names, and the account's rows in the list's order", async () => {
    expect((await exporter.file(request(1), 'csv')).head).toEqual({
      contentType: 'text/csv; charset=utf-8',
      fileName: 'customers-list-simple.csv',
    });
    expect(await csv(1)).toBe(header + rows[1] + rows[2] + rows[3]);
    expect(await csv(9)).toBe(header);
  });

  it('is the same read page by page', async () => {
    expect(await csv(1, 'page=1')).toBe(await csv(1));
    expect(await csv(1, 'page=1&page_size=2')).toBe(header + rows[1] + rows[2]);
    expect(await csv(1, 'page=last&page_size=2')).toBe(header + rows[3]);
    expect(await csv(9, 'page=1')).toBe(header);
  });

  it.each(['page=3&page_size=2', 'page=2'])('has no page behind the last: %s', async (query) => {
    await expect(exporter.file(request(1, query), 'csv')).rejects.toMatchObject({ code: 'invalid_page' });
  });

  it('is filtered and sorted as the list is, and not cut by a page size', async () => {
    expect(idsOf(await csv(1, 'sort=-id'))).toEqual([3, 2, 1]);
    expect(idsOf(await csv(1, 'sort=email&page_size=1'))).toEqual([2, 3, 1]);
    expect(idsOf(await csv(1, 'id__gt=1&page='))).toEqual([2, 3]);
    expect(await csv(1, `name=${encodeURIComponent(`'; drop table customer; -- \\ $1`)}`)).toBe(header);
    expect(idsOf(await csv(1, `name=${encodeURIComponent('İpek "I" Işık')}`))).toEqual([1]);
  });

  it('begins with a byte order mark where one is asked for', async () => {
    for (const page of ['', '&page=1']) expect(await csv(9, `bom=1${page}`)).toBe(`\ufeff${header}`);
    expect(await csv(9, 'bom=0')).toBe(header);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['@a', "'@a"],
    ['-a', "'-a"],
    ['+SUM(A1)', "'+SUM(A1)"],
    ['\ta', "'\ta"],
    ['\ra', `"'\ra"`],
    ['=', "'="],
    ['-1+1e5', "'-1+1e5"],
    ['=cmd|"x",1', `"'=cmd|""x"",1"`],
    ['+905551112233', '+905551112233'],
    ['+90 (555) 111-22.33', '+90 (555) 111-22.33'],
    ['-5', '-5'],
    ['+', '+'],
    ['a=1', 'a=1'],
    [' =1', ' =1'],
    ['é', 'é'],
  ])('writes %j as %j, whole or by the page', async (name, cell) => {
    await owner.query('insert into customer values (4, 1, null, $1, $1, null, null, null)', [name]);
    const whole = await csv(4);
    const page = await csv(4, 'page=1');
    await owner.query('delete from customer where account_id = 4');
    expect([whole, page]).toEqual([0, 1].map(() => `${header}1,,${cell},${cell},,,\r\n`));
  });
});

describe('a long export', () => {
  it('holds all rows, once and in order', async () => {
    const ids = idsOf(await csv(3));
    expect(ids).toHaveLength(200_000);
    expect(ids.every((id, index) => id === index + 1)).toBe(true);
  });

  it('gives the header before any row, and keeps PostgreSQL waiting while nobody reads', async () => {
    const source = await open(3);
    expect(Buffer.from((await source.next()).value as Uint8Array).toString()).toBe(header);
    await waitUntil(async () => (await exporting())[0]?.waiting === 'ClientWrite');
    expect(idsOf(header + (await rest(source)))).toHaveLength(200_000);
    expect(await exporting()).toEqual([]);
  });

  it('ends in PostgreSQL when its reader leaves, whether rows flow or are still being sought', async () => {
    for (const one of [exporter, asleep]) {
      const left = new AbortController();
      const source = await open(3, '', { of: one, left });
      await source.next();
      const next = source.next();
      await waitUntil(async () => (await exporting()).length === 1);
      if (one === exporter) await next;
      left.abort();
      await expect(Promise.all([next, rest(source)])).rejects.toMatchObject({ code: 'unavailable' });
      await waitUntil(async () => (await exporting()).length === 0);
    }
    expect(await csv(9)).toBe(header);
  });

  it('ends in PostgreSQL when its reader stops reading', async () => {
    const source = await open(3);
    await source.next();
    await source.next();
    await source.return?.();
    await waitUntil(async () => (await exporting()).length === 0);
  });

  it('is refused when too many are under way', async () => {
    const under = await Promise.all([open(3), open(3)]);
    await Promise.all(under.map((source) => source.next()));
    const third = await open(3);
    await expect(third.next()).rejects.toMatchObject({ code: 'overloaded' });
    for (const source of under) await source.return?.();
    expect(await csv(9)).toBe(header);
  });

  it('is refused to an account that has its share of them under way, and to no other', async () => {
    const first = await open(3, '', { of: shared });
    await first.next();
    await expect((await open(3, '', { of: shared })).next()).rejects.toMatchObject({ code: 'busy_account' });
    expect(await rest(await open(9, '', { of: shared }))).toBe(header);
    await first.return?.();
  });

  it('is refused when PostgreSQL gives no connection', async () => {
    const taken = await Promise.all(
      [1, 2].map(async () => {
        const runner = application.createQueryRunner();
        await runner.connect();
        return runner;
      }),
    );
    await expect((await open(1)).next()).rejects.toMatchObject({ code: 'unavailable' });
    await Promise.all(taken.map((runner) => runner.release()));
  });

  it('ends when it takes too long', async () => {
    const source = await open(3, '', { of: impatient });
    await source.next();
    await waitUntil(async () => (await exporting()).length === 1);
    await waitUntil(async () => (await exporting()).length === 0);
    await expect(rest(source)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:deadline_exceeded|unavailable)$/),
    });
    expect(await rest(await open(9, '', { of: impatient }))).toBe(header);
  });
});
