import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery, type ListTable } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import {
  IntegerField,
  JsonField,
  LinkField,
  ListField,
  resource,
  StringField,
  type Class,
  type JsonText,
  type ListRequest,
  type Page,
} from '@refundry/resource';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import {
  createRowCounts,
  ReadPool,
  largeJson,
  ResourceReader,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
} from '../index.js';

class Box {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name' }) name!: string;
  @JsonField({ label: 'Content' }) content!: unknown;
  @IntegerField({ label: 'Weight' }) weight!: number;
}

class Line {
  @StringField({ label: 'Product' }) product!: string;
  @StringField({ label: 'Note', allowNull: true }) note!: string | null;
}

class Letter {
  @LinkField({ label: 'Url', to: 'letters/{}' }) url!: string;
  @StringField({ label: 'Name' }) name!: string;
  @ListField({ label: 'Lines', of: Line }) lines!: readonly Line[];
}

const filters = { name: ['exact'] } as const;
const listBoxes = resource({ family: 'retail', path: 'boxes', of: Box }).list({
  scope: 'read',
  filters,
  sort: ['id', 'weight'],
  order: ['id'],
});
const lines = `select array[line.product, line.note]`;
const fromLines =
  'from letter_line line where line.account_id = letter.account_id and line.document = letter.id order by line.id';
const plainBoxes = resourceTable('box', Box);
const plainLetters = resourceTable('letter', Letter, {
  url: 'key',
  lines: `array_to_json(array(${lines} ${fromLines}))`,
});
const largeLetters: ListTable = {
  ...plainLetters,
  large: {
    field: 'lines',
    upTo: (maxBytes) =>
      `case when (select count(*) ${fromLines.replace(/ order by.*/, '')}) > ${maxBytes / 2048} then ''
        else array_to_json(array(${lines} ${fromLines}))::text end`,
    items: `select row_number() over (order by line.id) as number,
      array_to_json(array[array[line.product, line.note]])::text as value ${fromLines}`,
  },
};

const roles = rolesOf('oms');
let owner: pg.Client;
let superuser: pg.Client;
let database: string;
let readPool: ReadPool;
const open: JsonText<object>[] = [];

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  superuser = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL! });
  await Promise.all([owner.connect(), superuser.connect()]);
  database = new URL(url).pathname.slice(1);
  await owner.query(`
    ${createRowCounts(roles)}
    create table box (account_id integer, id bigint, name text, content json, weight integer);
      ${maintainRowCount('box')} ${scopeToAccount('box', roles)}
    create table letter (account_id integer, id bigint, key text, name text);
      ${maintainRowCount('letter')} ${scopeToAccount('letter', roles)}
    create table letter_line (account_id integer, document bigint, id bigint, product text, note text);
      ${scopeToAccount('letter_line', roles)}
    insert into box select 1, n, 'box ' || n % 2, ('{"text": "' || repeat('ş', n * 300) || '"}')::json, n % 5
    from generate_series(0, 249) n;
    insert into box select 2, n, 'box', '[]', 0 from generate_series(1, 250) n;
    insert into box select 3, n, 'box', to_json(repeat(md5(n::text), 32768)), 0 from generate_series(1, 40) n;
    insert into letter select 1, n, 'letter ' || n || '/ё', 'letter ' || n from generate_series(1, 30) n;
    insert into letter_line select 1, n, n * 100000 + line, 'product ' || line, case when line % 3 = 0
      then 'a "note"' end from generate_series(1, 30) n, generate_series(1, n * n) line where n <> 7;
  `);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
});

afterEach(async () => {
  for (const answer of open.splice(0)) await answer.rest?.return?.();
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await Promise.all([owner.end(), superuser.end()]);
});

const requestOf = (account: number, query: string): ListRequest => ({
  requestId: 'r1',
  deadline: 0,
  caller: { account, scopes: [] },
  publicUrl: '',
  publicBase: 'http://x/',
  query,
  ...readListQuery(listBoxes, query),
});

async function textOf({ bytes, rest }: JsonText<object>): Promise<string> {
  const parts = [bytes];
  if (rest) for await (const part of rest) parts.push(part);
  return Buffer.concat(parts).toString();
}

const readerOf = <T extends object>(of: Class<T>, table: ListTable): ResourceReader<T> =>
  new ResourceReader(readPool, of, table);
const large = (): ResourceReader<Box> => readerOf(Box, { ...plainBoxes, large: largeJson('box', 'content') });

/** As the list would be read if it were small. */
async function expectSame<T extends object>(
  of: Class<T>,
  [largeTable, plainTable]: readonly [ListTable, ListTable],
  request: ListRequest,
): Promise<Page<T>> {
  const page = await readerOf(of, largeTable).page(request);
  const all = await readerOf(of, plainTable).page(request);
  const { results, ...rest } = page;
  expect(rest).toEqual({ count: all.count, ...(all.nextCursor !== undefined && { nextCursor: all.nextCursor }) });
  expect(await textOf(results)).toBe(await textOf(all.results));
  return page;
}

async function held(account: number): Promise<JsonText<object>> {
  const { results } = await large().page(requestOf(account, 'page_size=40'));
  open.push(results);
  return results;
}

/** The wait events of the statements that read boxes now. */
async function statements(): Promise<(string | null)[]> {
  const { rows } = await superuser.query<{ wait_event: string | null }>(
    `select wait_event from pg_stat_activity where datname = $1 and application_name = 'read' and state = 'active'
      and query like '%from box%'`,
    [database],
  );
  return rows.map((row) => row.wait_event);
}

describe('rows of any size', () => {
  it.each([
    '',
    'page_size=10',
    'page_size=100',
    'page_size=250',
    'page_size=50&page=5',
    'page=last',
    'page=99',
    'ordering=-weight&page_size=120',
    'ordering=-id&page=9',
    'name=box%201',
    'name=box%201&page_size=200',
    'name=none',
  ])('make the same page of %p as small ones', async (query) => {
    await expectSame(Box, [{ ...plainBoxes, large: largeJson('box', 'content') }, plainBoxes], requestOf(1, query));
    await expectSame(Letter, [largeLetters, plainLetters], { ...requestOf(1, query), where: [], order: ['id'] });
  });

  it.each([
    'page_size=7',
    'page_size=100',
    'page_size=120&ordering=-weight',
    'page_size=100&name=box%201',
    'page_size=250',
    'page_size=249',
  ])('make the same cursor read by %p as small ones', async (query) => {
    for (let cursor: string | undefined = '*'; cursor !== undefined;) {
      ({ nextCursor: cursor } = await expectSame(
        Box,
        [{ ...plainBoxes, large: largeJson('box', 'content') }, plainBoxes],
        requestOf(1, `${query}&cursor=${cursor}`),
      ));
    }
  });

  it('are read one by one as small ones are', async () => {
    const keys = ['0', '1', '40', '41', '100', '249'].map((key) => [1, key] as const);
    for (const [account, key] of [...keys, [3, '1'] as const]) {
      const request = { ...requestOf(account, ''), key };
      expect(await textOf(await large().row(request))).toBe(await textOf(await readerOf(Box, plainBoxes).row(request)));
    }
    for (const number of [1, 7, 20, 30]) {
      const request = { ...requestOf(1, ''), key: `letter ${number}/ё` };
      expect(await textOf(await readerOf(Letter, largeLetters).row(request))).toBe(
        await textOf(await readerOf(Letter, plainLetters).row(request)),
      );
    }
    await expect(large().row({ ...requestOf(1, ''), key: '250' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are not read before their reader wants them', async () => {
    const { bytes } = await held(3);
    expect(bytes.length).toBeLessThan(4 * 1024 * 1024);
    await waitUntil(async () => (await statements()).includes('ClientWrite'));
    for (let asked = 0; asked < 100; asked++) expect(await statements()).toHaveLength(1);
  });

  it('end their statement at once when their reader leaves', async () => {
    const { rest } = await held(3);
    await waitUntil(async () => (await statements()).includes('ClientWrite'));
    await rest?.return?.();
    await waitUntil(async () => (await statements()).length === 0);
    await held(3);
    await held(3);
  });

  it('of one account keep no other waiting, whose rows are small or large', async () => {
    await held(3);
    await held(3);
    const third = large().page(requestOf(3, 'page_size=40'));
    expect((await large().page(requestOf(2, 'page_size=100'))).count).toBe(250);
    expect((await textOf((await large().page(requestOf(1, 'page_size=250'))).results)).length).toBeGreaterThan(
      5_000_000,
    );
    for (const answer of open.splice(0)) await answer.rest?.return?.();
    open.push((await third).results);
  });
});
