import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BooleanField, DateTimeField, IntegerField, resource, StringField, type ListRequest } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { listStatement, parametersOf, readListQuery, type ListTable } from './index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Ordering' }) ordering!: number;
  @StringField({ label: 'Name' }) name!: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

const items = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  filters: {
    id: ['gt', 'lte'],
    ordering: ['exact', 'gte', 'lt'],
    name: ['exact'],
    is_active: ['exact'],
    modified_date: { grouped: ['exact', 'gt', 'lte'] },
  },
  sort: ['id', 'ordering', 'modified_date'],
  order: ['ordering', 'id'],
});

const table: ListTable = {
  name: 'item',
  columns: ['id', 'name'],
  columnOf: (field) => (field === 'ordering' ? 'place' : field),
  count: 'select count(*) from item where account_id = $1',
};

type Row = Pick<Item, 'id' | 'ordering' | 'name' | 'is_active' | 'modified_date'>;

const [account, other] = [1, 2];
let database: pg.Client;

beforeAll(async () => {
  database = new pg.Client({ connectionString: (await testDatabase('oms')).ownerUrl, options: '-c TimeZone=UTC' });
  await database.connect();
  await database.query(
    `create table item (account_id integer, id integer, place integer, name text, is_active boolean,
      modified_date timestamptz, primary key (account_id, id))`,
  );
});

afterAll(() => database.end());

async function fill(rows: readonly Row[], owner = account): Promise<void> {
  await database.query('delete from item where account_id = $1', [owner]);
  await database.query(
    `insert into item select $1, * from json_to_recordset($2)
      as row(id integer, ordering integer, name text, is_active boolean, modified_date timestamptz)`,
    [owner, JSON.stringify(rows)],
  );
}

/** The same table, but that it knows positions. */
const tallied: ListTable = {
  ...table,
  positions: {
    key: 'id',
    locate: (position) =>
      `(select id - 3 as first_key, id + 3 as last_key, 3 as before, 3 as behind from item where account_id = $1
        and ${position} >= 0 order by id limit 1 offset greatest(${position}, 0))`,
  },
};

/** The count and the ids of the page that a query string asks for. */
async function page(query: string, of = table): Promise<{ count: number; ids: number[] }> {
  const caller = { account, scopes: [] };
  const request: ListRequest = {
    requestId: '',
    deadline: 0,
    caller,
    publicUrl: '',
    query,
    ...readListQuery(items, query),
  };
  const statement = listStatement(of, request);
  const { rows } = await database.query<[string, number | null]>({
    text: statement.text,
    values: parametersOf(statement),
    rowMode: 'array',
  });
  return { count: Number(rows[0]![0]), ids: rows.flatMap(([, id]) => id ?? []) };
}

const row = (id: number, values: Partial<Row> = {}): Row => ({
  id,
  ordering: 0,
  name: 'a',
  is_active: true,
  modified_date: '2023-07-04T10:30:31Z',
  ...values,
});

describe('the statement of a list', () => {
  beforeAll(async () => {
    await fill([
      row(1, { ordering: 3 }),
      row(2, { ordering: 1 }),
      row(3, { ordering: 1, is_active: false }),
      row(4, { ordering: 2, name: "O'Neil; --" }),
      row(5, { modified_date: '2023-07-04T10:30:31.000001Z' }),
    ]);
    await fill([row(1), row(6)], other);
  });

  it.each([
    ["the list's own order", '', [5, 2, 3, 4, 1]],
    ['a sort term', 'sort=-id', [5, 4, 3, 2, 1]],
    ['a sort term with ties, which the key decides', 'sort=-ordering', [1, 4, 2, 3, 5]],
    ['the key as first term, the rest being idle', 'sort=-id,ordering', [5, 4, 3, 2, 1]],
    ['a term named twice by its first mention', 'sort=-ordering,ordering,-id', [1, 4, 3, 2, 5]],
    ['microseconds', 'sort=-modified_date', [5, 1, 2, 3, 4]],
  ])('sorts by %s', async (_what, query, ids) => {
    expect(await page(query)).toEqual({ count: 5, ids });
  });

  it.each([
    ['ordering=1', [2, 3]],
    ['id__gt=3.5', [5, 4]],
    ['id__lte=1e400', [5, 2, 3, 4, 1]],
    ['ordering=1e400', []],
    ['is_active=false', [3]],
    ["name=O'Neil;%20--", [4]],
    ['id__gt=1&ordering__lt=2&is_active=true', [5, 2]],
    ['modified_date__gt=2023-07-04T10:30:31', [5]],
    ['modified_date=2023-07-04T10:30:31.000001', [5]],
    ['modified_date__lte=9999-12-31T23:59:59-10:00', [5, 2, 3, 4, 1]],
    ['modified_date__gt=0001-01-01T00:00:00%2B10:00', [5, 2, 3, 4, 1]],
  ])('filters by %s and counts what is left', async (query, ids) => {
    expect(await page(query)).toEqual({ count: ids.length, ids });
  });

  it('gives a page, with the count of all', async () => {
    expect(await page('page_size=2')).toEqual({ count: 5, ids: [5, 2] });
    expect(await page('page_size=2&page=2')).toEqual({ count: 5, ids: [3, 4] });
    expect(await page('page_size=2&page=3')).toEqual({ count: 5, ids: [1] });
    expect(await page('page_size=2&page=last&is_active=true')).toEqual({ count: 4, ids: [4, 1] });
  });

  it('keeps the count where the page is empty', async () => {
    expect(await page('page=7')).toEqual({ count: 5, ids: [] });
    expect(await page('page=999999999&page_size=100&name=a')).toEqual({ count: 4, ids: [] });
    expect(await page('id__gt=100&page=last')).toEqual({ count: 0, ids: [] });
  });
});

describe('the statement of a list whose rows are made of others', () => {
  const sums: ListTable = {
    name: 'summed',
    rows: 'select account_id, place as id, max(name) as name, sum(id)::integer as place from item group by 1, 2',
    columns: ['id', 'name'],
    columnOf: (field) => (field === 'ordering' ? 'place' : field),
    count: 'select count(distinct place) from item where account_id = $1',
  };

  beforeAll(() => fill([1, 2, 3, 4, 5].map((id) => row(id, { ordering: id % 2 }))));

  it('pages, filters and sorts them as those of a table', async () => {
    expect(await page('sort=-ordering', sums)).toEqual({ count: 2, ids: [1, 0] });
    expect(await page('ordering__lt=9', sums)).toEqual({ count: 1, ids: [0] });
    expect(await page('page_size=1&page=2', sums)).toEqual({ count: 2, ids: [1] });
  });

  it('is planned for itself, away from the reads that all accounts share', () => {
    const request = { requestId: '', deadline: 0, caller: { account, scopes: [] }, publicUrl: '', query: '' };
    const isAdhoc = (query: string, of: ListTable): boolean | undefined =>
      listStatement(of, { ...request, ...readListQuery(items, query) }).isAdhoc;
    for (const query of ['', 'cursor=*']) expect([sums, table].map((of) => isAdhoc(query, of))).toEqual([true, false]);
  });
});

describe('the statement of a list that knows positions', () => {
  beforeAll(() => fill(Array.from({ length: 305 }, (_, index) => row(index + 1))));

  it.each(['', 'page=15', 'page=31', 'page=last', 'page=32', 'page=31&page_size=7', 'page=99999999'])(
    'gives the same page for %p, forwards and backwards',
    async (query) => {
      for (const sort of ['&sort=id', '&sort=-id', '&sort=ordering', '&sort=id&id__gt=5'])
        expect(await page(query + sort, tallied)).toEqual(await page(query + sort));
    },
  );

  it('asks for the position of what is far away in the order of the key, and of nothing else', () => {
    const text = (query: string): string =>
      listStatement(tallied, {
        requestId: '',
        deadline: 0,
        caller: { account, scopes: [] },
        publicUrl: '',
        query,
        ...readListQuery(items, query),
      }).text;
    for (const query of ['sort=id&page=20', 'sort=-id&page=20', 'sort=-id&page=last'])
      expect(text(query)).toContain('first_key');
    for (const query of ['sort=id', 'sort=id&page=3', 'sort=ordering&page=20', 'sort=id&page=20&is_active=true'])
      expect(text(query)).not.toContain('first_key');
  });

  it('gives no page of an empty table', async () => {
    await fill([]);
    for (const sort of ['id', '-id'])
      expect(await page(`sort=${sort}&page=last`, tallied)).toEqual({ count: 0, ids: [] });
  });
});

describe('the pages of any table', () => {
  it('make up the filtered, sorted table when put together', async () => {
    await fill([row(1), row(2), row(3)], other);
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.uniqueArray(filters, { selector: ({ name }) => name, maxLength: 3 }),
        sorts,
        fc.integer({ min: 1, max: 9 }),
        async (rows, terms, sort, size) => {
          await fill(rows);
          const expected = rows
            .filter((candidate) => terms.every(({ holds }) => holds(candidate)))
            .sort(sort.compare)
            .map(({ id }) => id);
          const query = new URLSearchParams({
            sort: sort.text,
            page_size: String(size),
            ...Object.fromEntries(terms.map(({ name, text }) => [name, text])),
          }).toString();
          const last = Math.max(1, Math.ceil(expected.length / size));
          const pages = await Promise.all(
            Array.from({ length: last }, (_, index) => page(`${query}&page=${index + 1}`)),
          );
          expect(pages.flatMap(({ ids }) => ids)).toEqual(expected);
          expect(new Set(pages.map(({ count }) => count))).toEqual(new Set([expected.length]));
          expect(await page(`${query}&page=last`)).toEqual(pages.at(-1));
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});

const instants = ['2023-07-04T10:30:31.000000Z', '2023-07-04T10:30:31.000001Z', '2023-07-04T10:30:31.000002Z'];

const tables = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 40 }),
    ordering: fc.integer({ min: -2, max: 2 }),
    name: fc.constantFrom('a', 'ş', '%'),
    is_active: fc.boolean(),
    modified_date: fc.constantFrom(...instants),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
);

/** A filter's parameter, and what it means. */
const filters = fc.oneof(
  fc
    .double({ min: -1, max: 41, noNaN: true })
    .map((bound) => ({ name: 'id__gt', text: String(bound), holds: ({ id }: Row) => id > bound })),
  fc.constant({ name: 'ordering__gte', text: '-1.5', holds: ({ ordering }: Row) => ordering >= -1.5 }),
  fc.constant({ name: 'ordering__lt', text: '1e0', holds: ({ ordering }: Row) => ordering < 1 }),
  fc.constant({ name: 'name', text: 'ş', holds: ({ name }: Row) => name === 'ş' }),
  fc.constant({ name: 'is_active', text: 'TRUE', holds: ({ is_active }: Row) => is_active }),
  fc.constant({
    name: 'modified_date__lte',
    text: instants[1]!,
    holds: ({ modified_date }: Row) => modified_date <= instants[1]!,
  }),
);

type Compare = (a: Row, b: Row) => number;

const by =
  (field: 'id' | 'ordering' | 'modified_date'): Compare =>
  (a, b) =>
    a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : 0;
const reverse =
  (compare: Compare): Compare =>
  (a, b) =>
    compare(b, a);
const chain =
  (...all: Compare[]): Compare =>
  (a, b) =>
    all.map((compare) => compare(a, b)).find((result) => result !== 0) ?? 0;

const sorts = fc.constantFrom(
  { text: '', compare: chain(by('ordering'), by('id')) },
  { text: 'ordering', compare: chain(by('ordering'), by('id')) },
  { text: '-ordering', compare: chain(reverse(by('ordering')), by('id')) },
  { text: '-id', compare: reverse(by('id')) },
  { text: '-modified_date,ordering', compare: chain(reverse(by('modified_date')), by('ordering'), by('id')) },
  { text: 'modified_date,-id', compare: chain(by('modified_date'), reverse(by('id'))) },
);
