import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import {
  BooleanField,
  DateTimeField,
  IntegerField,
  PkField,
  resource,
  StringField,
  type Comparison,
  type Page,
} from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import {
  createRowCounts,
  createTurkishFolding,
  foldedColumn,
  ReadPool,
  ResourceReader,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
} from '../index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @IntegerField({ label: 'Ordering' }) ordering!: number;
  @StringField({ label: 'Name' }) name!: string;
  @StringField({ label: 'Note', allowNull: true }) note!: string | null;
  @IntegerField({ label: 'Stock', allowNull: true }) stock!: number | null;
  @PkField({ label: 'Channel', allowNull: true }) channel!: number | null;
  @BooleanField({ label: 'Is active', allowNull: true }) is_active!: boolean | null;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
  @DateTimeField({ label: 'Seen date', allowNull: true }) seen_date!: string | null;
}

const comparisons = ['exact', 'gt', 'gte', 'lt', 'lte'] as const;
const items = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  filters: {
    id: comparisons,
    name: ['search'],
    note: comparisons,
    stock: comparisons,
    channel: ['exact'],
    is_active: ['exact'],
    modified_date: { grouped: comparisons },
    seen_date: { grouped: comparisons },
  },
  sort: ['id', 'ordering', 'name', 'modified_date'],
  order: ['ordering', 'id'],
});

const roles = rolesOf('oms');
const [account, other] = [1, 2];
let owner: pg.Client;
let readPool: ReadPool;
let reader: ResourceReader<Item>;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    ${createRowCounts(roles)} ${createTurkishFolding}
    create type incoming as (id bigint, ordering integer, name text, note text, stock integer, channel integer,
      is_active boolean, modified_date timestamptz, seen_date timestamptz);
    create table item (
      account_id integer, id bigint, ordering integer not null, title text collate "tr-x-icu" not null,
        ${foldedColumn('title')}, note text collate "C", stock integer, channel_id integer, is_active boolean,
      modified_date timestamptz not null, seen_date timestamptz, primary key (account_id, id)
    );
    ${maintainRowCount('item')} ${scopeToAccount('item', roles)}
    insert into item (account_id, id, ordering, title, modified_date)
    select ${other}, id, 0, 'Ankara', '2023-07-04T10:30:31Z' from generate_series(1, 200) id;
  `);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  reader = new ResourceReader(readPool, Item, resourceTable('item', Item, { name: 'title', channel: 'channel_id' }));
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await owner.end();
});

const fold = (): Promise<unknown> => owner.query("select fold_row_changes($1, 'item')", [account]);

async function insert(rows: readonly Item[]): Promise<void> {
  await owner.query(
    `insert into item (account_id, id, ordering, title, note, stock, channel_id, is_active, modified_date, seen_date)
       select $1, id, ordering, name, note, stock, channel, is_active, modified_date, seen_date
       from json_populate_recordset(null::incoming, $2)`,
    [account, JSON.stringify(rows)],
  );
}

/** Has the account's table hold these rows, of whose history all, a part or nothing is folded. */
async function fill(rows: readonly Item[], folded: 'all' | 'half' | 'none'): Promise<void> {
  await owner.query('delete from item where account_id = $1', [account]);
  const half = Math.floor(rows.length / 2);
  await insert(rows.slice(0, half));
  if (folded === 'half') await fold();
  await insert(rows.slice(half));
  if (folded === 'all') await fold();
}

const page = (query: string): Promise<Page<Item>> =>
  reader.page({
    requestId: 'r1',
    deadline: 0,
    caller: { account, scopes: [] },
    publicUrl: '',
    query,
    ...readListQuery(items, query),
  });
const rowsOf = ({ results }: Page<Item>): Item[] => JSON.parse(`[${results.text}]`) as Item[];

const numbered = (query: string, pages: number): Promise<Page<Item>[]> =>
  Promise.all(Array.from({ length: pages }, (_, index) => page(`${query}&page=${index + 1}`)));

/** The pages from `cursor=*` to the last. */
async function readByCursor(query: string, meanwhile = (): Promise<void> => Promise.resolve()): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  for (let cursor: string | undefined = '*'; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
    pages.push(await page(`${query}&cursor=${cursor}`));
    await meanwhile();
  }
  return pages;
}

describe('the pages of any list', () => {
  it('make up the filtered, sorted table, by number and along the cursor, however much is folded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: large }),
        fc.constantFrom('all', 'half', 'none'),
        filters,
        orders,
        async ({ rows, size }, folded, where, order) => {
          await fill(rows, folded);
          const query = new URLSearchParams({
            page_size: String(size),
            sort: textOf(order),
            ...Object.fromEntries(where.map(({ name, text }) => [name, text])),
          }).toString();
          const expected = rows.filter((row) => where.every(({ holds }) => holds(row))).sort(comparing(order));
          const last = Math.max(1, Math.ceil(expected.length / size));
          for (const pages of [await numbered(query, last), await readByCursor(query)]) {
            expect(pages.flatMap(rowsOf)).toEqual(expected);
            expect(pages.map(({ count }) => count)).toEqual(Array.from({ length: last }, () => expected.length));
          }
          expect(rowsOf(await page(`${query}&page=last`))).toEqual(expected.slice((last - 1) * size));
        },
      ),
      { numRuns: 150, seed: 1, endOnFailure: true },
    );
  });
});

describe('a cursor read', () => {
  it('meets what stands still once and in order, whatever comes, moves and goes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(small, fc.array(changes, { maxLength: 40 }), orders, async ({ rows, size }, history, order) => {
        await fill(rows, 'half');
        const still = new Set(rows.map(({ id }) => id));
        const found = await readByCursor(`page_size=${size}&sort=${textOf(order)}`, async () => {
          const change = history.pop();
          if (!change) return;
          still.delete(change.row.id);
          await owner.query('delete from item where account_id = $1 and id = $2', [account, change.row.id]);
          if (change.stays) await insert([change.row]);
        });
        expect(found.flatMap(rowsOf).filter(({ id }) => still.has(id))).toEqual(
          rows.filter(({ id }) => still.has(id)).sort(comparing(order)),
        );
        expect(new Set(found.map(({ count }) => count))).toEqual(new Set([rows.length]));
      }),
      { numRuns: 60, seed: 1, endOnFailure: true },
    );
  });
});

const names = ['Çorum', 'Ankara', 'Iğdır', 'İzmir', 'iki', 'ışık', 'Şırnak'];
const instants = [
  '2023-07-04T10:30:31.000001Z',
  '2023-07-04T10:30:31.000002Z',
  '2023-07-05T00:00:00.500000Z',
  '2024-01-01T00:00:00.000001Z',
];
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 });

/** Ids with gaps, in more than one leaf of the row count; what is sorted by has ties. */
const row: fc.Arbitrary<Item> = fc.record({
  id: fc.integer({ min: 1, max: 2000 }),
  ordering: fc.integer({ min: -2, max: 2 }),
  name: fc.constantFrom(...names),
  note: orNull(fc.constantFrom('a', 'b', 'ş', '%', "O'Neil")),
  stock: orNull(fc.integer({ min: -3, max: 3 })),
  channel: orNull(fc.integer({ min: 1, max: 3 })),
  is_active: orNull(fc.boolean()),
  modified_date: fc.constantFrom(...instants),
  seen_date: orNull(fc.constantFrom(...instants)),
});
const small = fc.record({ rows: rowsUpTo(60), size: fc.constantFrom(1, 3, 7, 10) });
/** Of so many rows the last pages in the order of the key are found in another way than the first. */
const large = fc.record({ rows: rowsUpTo(400, 200), size: fc.constantFrom(10, 25, 100) });
const changes = fc.record({ row, stays: fc.boolean() });

function rowsUpTo(maxLength: number, minLength = 0): fc.Arbitrary<Item[]> {
  return fc.uniqueArray(row, { selector: ({ id }) => id, minLength, maxLength, size: 'max' });
}

/** A parameter, and what it means. */
interface FilterTerm {
  readonly name: string;
  readonly text: string;
  readonly holds: (row: Item) => boolean;
}

const holds: Record<Comparison, <T>(value: T, bound: T) => boolean> = {
  exact: (a, b) => a === b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
};

/** A comparison of any kind with a field; null is equal to nothing, nor more or less. */
function comparedTo<K extends 'id' | 'note' | 'stock' | 'modified_date' | 'seen_date'>(
  field: K,
  bounds: fc.Arbitrary<string>,
  read: (text: string) => NonNullable<Item[K]>,
): fc.Arbitrary<FilterTerm> {
  return fc.record({ lookup: fc.constantFrom(...comparisons), text: bounds }).map(({ lookup, text }) => ({
    name: lookup === 'exact' ? field : `${field}__${lookup}`,
    text,
    holds: ({ [field]: value }) => value !== null && holds[lookup](value, read(text)),
  }));
}

/** As Turkish has it: `I` is the capital of `ı`, `İ` that of `i`. */
const folded = (text: string): string => text.toLocaleLowerCase('tr');
const numbers = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min, max }).map(String),
    fc.integer({ min, max }).map((whole) => `${whole}.5`),
    fc.constantFrom('1e3', '-1e400', '1e400', '99999999999999999999'),
  );

const filters = fc.oneof(
  fc.constant([]),
  fc.uniqueArray(
    fc.oneof(
      comparedTo('id', numbers(1, 2000), Number),
      comparedTo('stock', numbers(-3, 3), Number),
      comparedTo('note', fc.constantFrom('a', 'ş', '%', "O'Neil", 'nothing'), String),
      comparedTo('modified_date', fc.constantFrom(...instants), String),
      comparedTo('seen_date', fc.constantFrom(...instants), String),
      fc
        .constantFrom('1', '2', '01', 'x')
        .map((text): FilterTerm => ({ name: 'channel_id', text, holds: ({ channel }) => String(channel) === text })),
      fc.constantFrom('true', 'False', '1').map((text): FilterTerm => ({
        name: 'is_active',
        text,
        holds: ({ is_active: isActive }) => isActive === (text !== 'False'),
      })),
      fc.constantFrom('i', 'I', 'İ', 'ı', 'r', 'ŞI').map((text): FilterTerm => ({
        name: 'search',
        text,
        holds: ({ name }) => folded(name).includes(folded(text)),
      })),
    ),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
);

type SortField = 'id' | 'ordering' | 'name' | 'modified_date';

interface OrderTerm {
  readonly field: SortField;
  readonly isDescending: boolean;
}

const ofTheKey = fc.boolean().map((isDescending): OrderTerm[] => [{ field: 'id', isDescending }]);
const orderTerm = fc.record({
  field: fc.constantFrom<SortField>('id', 'ordering', 'name', 'modified_date'),
  isDescending: fc.boolean(),
});
const orders = fc.oneof(
  { weight: 1, arbitrary: ofTheKey },
  { weight: 2, arbitrary: fc.uniqueArray(orderTerm, { selector: ({ field }) => field, maxLength: 3 }) },
);

const textOf = (order: readonly OrderTerm[]): string =>
  order.map(({ field, isDescending }) => `${isDescending ? '-' : ''}${field}`).join();
const { compare: compareTexts } = new Intl.Collator('tr');
const compareValues = (a: Item[SortField], b: Item[SortField]): number =>
  typeof a === 'number' ? a - Number(b) : compareTexts(a, String(b));

/** Without a term it is the list's own order; ties are put in the order of the key. */
function comparing(order: readonly OrderTerm[]): (a: Item, b: Item) => number {
  const terms: OrderTerm[] =
    order.length > 0
      ? [...order, { field: 'id', isDescending: false }]
      : [
          { field: 'ordering', isDescending: false },
          { field: 'id', isDescending: false },
        ];
  return (a, b) =>
    terms
      .map(({ field, isDescending }) =>
        isDescending ? compareValues(b[field], a[field]) : compareValues(a[field], b[field]),
      )
      .find((result) => result !== 0) ?? 0;
}
