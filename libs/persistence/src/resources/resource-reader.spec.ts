import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import {
  BooleanField,
  DateTimeField,
  IntegerField,
  LinkField,
  ListField,
  resource,
  StringField,
  type ListRequest,
  type Page,
} from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import {
  createRowCounts,
  ReadPool,
  ResourceReader,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
} from '../index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name', allowNull: true }) name!: string | null;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

/** Its key is a text, and stands in its table's own `public_key`; its table's `id` is not shown. */
class Parcel {
  @LinkField({ label: 'Url', to: 'parcels/{}' }) url!: string;
  @ListField({ label: 'Items', of: Item }) items!: readonly Item[];
}

/** A name that is null is left out. */
class Label {
  @IntegerField({ label: 'ID' }) id!: number;
  @StringField({ label: 'Name', required: false, isAlwaysAnswered: false }) name?: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
}

class LabelledParcel {
  @IntegerField({ label: 'ID' }) id!: number;
  @ListField({ label: 'Items', of: Label }) items!: readonly Label[];
}

const listItems = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  filters: { name: ['exact'] },
  sort: ['modified_date'],
  order: ['id'],
});

const roles = rolesOf('oms');
let owner: pg.Client;
let readPool: ReadPool;
let items: ResourceReader<Item>;
let parcels: ResourceReader<Parcel>;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    ${createRowCounts(roles)}
    create table item (account_id integer, id bigint, title text, is_active boolean, modified_date timestamptz);
    ${maintainRowCount('item')} ${scopeToAccount('item', roles)}
    insert into item values (1, 1, 'Şeker "ve" ı', true, '2023-07-04 10:30:31.29886Z'),
      (1, 2, null, false, '2023-07-04 10:30:31Z'), (1, 3, 'x', false, '2023-07-04 10:30:30Z'),
      (2, 4, 'theirs', true, '2023-07-04 10:30:31Z');
  `);
  await owner.query(`
    create table parcel (account_id integer, id bigint, public_key text, items json);
    ${maintainRowCount('parcel')} ${scopeToAccount('parcel', roles)}
    insert into parcel values (1, 7, 'a/b %_ё', '[["1", null, "true", "2023-07-04 10:30:31.29886"]]'),
      (2, 8, 'theirs', '[]');
    insert into parcel select 9, n, 'parcel ' || n, '[]' from generate_series(1, 1000) n;
  `);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  items = new ResourceReader(readPool, Item, resourceTable('item', Item, { name: 'title' }));
  parcels = new ResourceReader(readPool, Parcel, resourceTable('parcel', Parcel, { url: 'public_key' }));
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await owner.end();
});

const from = (account: number): Pick<ListRequest, 'caller' | 'requestId' | 'deadline'> => ({
  requestId: 'r1',
  deadline: 0,
  caller: { account, scopes: [] },
});

async function page(account: number, query = ''): Promise<{ count: number; results: unknown; nextCursor?: string }> {
  const { results, ...rest }: Page<Item> = await items.page({
    ...from(account),
    publicUrl: '',
    query,
    ...readListQuery(listItems, query),
  });
  return { ...rest, results: JSON.parse(`[${results.text}]`) };
}

const row = async (account: number, key: string): Promise<string> => (await items.row({ ...from(account), key })).text;

const sugar = { id: 1, name: 'Şeker "ve" ı', is_active: true, modified_date: '2023-07-04T10:30:31.298860Z' };
const nameless = { id: 2, name: null, is_active: false, modified_date: '2023-07-04T10:30:31Z' };
const x = { id: 3, name: 'x', is_active: false, modified_date: '2023-07-04T10:30:30Z' };

describe('a field that not every answer has', () => {
  it('is left out where it is null, in a row and in the items of a list', async () => {
    const labels = new ResourceReader(readPool, Label, resourceTable('item', Label, { name: 'title' }));
    const text = async (key: string): Promise<string> => (await labels.row({ ...from(1), key })).text;
    expect(await text('2')).toBe('{"id":2,"is_active":false}');
    expect(await text('3')).toBe('{"id":3,"name":"x","is_active":false}');
    const columns = { items: `'[["1",null,"true"],["2","b","false"]]'::json` };
    const labelled = new ResourceReader(readPool, LabelledParcel, resourceTable('parcel', LabelledParcel, columns));
    expect((await labelled.row({ ...from(1), key: '7' })).text).toBe(
      '{"id":7,"items":[{"id":1,"is_active":true},{"id":2,"name":"b","is_active":false}]}',
    );
  });
});

describe('reading a page', () => {
  it("gives the account's rows as JSON text, with their count", async () => {
    expect(await page(1)).toEqual({ count: 3, results: [sugar, nameless, x] });
    expect(await page(1, 'page_size=2&page=2')).toEqual({ count: 3, results: [x] });
    expect(await page(1, 'sort=modified_date&page_size=1')).toEqual({ count: 3, results: [x] });
  });

  it('counts what a filter leaves', async () => {
    expect(await page(1, 'name=x')).toEqual({ count: 1, results: [x] });
  });

  it('keeps the count on a page without rows', async () => {
    expect(await page(1, 'page=9')).toEqual({ count: 3, results: [] });
    expect(await page(1, 'name=theirs')).toEqual({ count: 0, results: [] });
  });

  it('shows an account nothing of another', async () => {
    expect(await page(2)).toMatchObject({ count: 1, results: [{ id: 4 }] });
    expect(await page(3)).toEqual({ count: 0, results: [] });
  });
});

describe('reading a page of a cursor read', () => {
  it('tells whether anything follows, and what', async () => {
    const { nextCursor, ...first } = await page(1, 'cursor=*&page_size=2');
    expect(first).toEqual({ count: 3, results: [sugar, nameless] });
    expect(await page(1, `cursor=${nextCursor}&page_size=2`)).toEqual({ count: 3, results: [x] });
    expect(await page(1, 'cursor=*&page_size=3')).toEqual({ count: 3, results: [sugar, nameless, x] });
    expect(await page(1, 'cursor=*&name=theirs')).toEqual({ count: 0, results: [] });
  });

  it('counts at the beginning only', async () => {
    const { nextCursor } = await page(1, 'cursor=*&page_size=1');
    expect(await page(1, `cursor=${nextCursor}&name=x`)).toEqual({ count: 3, results: [x] });
  });

  it('shows an account nothing of another, whoever the cursor was given to', async () => {
    const { nextCursor } = await page(1, 'cursor=*&page_size=1');
    expect(await page(2, `cursor=${nextCursor}`)).toMatchObject({ results: [{ id: 4 }] });
    expect(await page(3, `cursor=${nextCursor}`)).toMatchObject({ results: [] });
  });

  it('ends it at the same row where rows arrive in pieces', async () => {
    await owner.query(
      "insert into item select 8, n, repeat('x', 30000), true, '2023-07-04Z' from generate_series(1, 20) n",
    );
    const { nextCursor, results } = await page(8, 'cursor=*&page_size=19');
    expect(results).toHaveLength(19);
    expect(await page(8, `cursor=${nextCursor}&page_size=1`)).toMatchObject({ count: 20, results: [{ id: 20 }] });
  });
});

describe('reading any text', () => {
  it('writes it as JSON.stringify does', async () => {
    const awkward = fc.constantFrom(
      '\u0001',
      '\u001f',
      '\n',
      '"',
      '\\',
      '/',
      'ı',
      'İ',
      'ğ',
      'Ş',
      '\u2028',
      '\u2029',
      '\u007f',
      '😀',
      ',',
      '{}',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }).filter((string) => !string.includes('\0')),
      fc.array(awkward).map((parts) => parts.join('')),
    );
    const names = fc.sample(fc.option(text), { numRuns: 500, seed: 1 });
    await owner.query(
      "insert into item select 7, n, name, true, '2023-07-04Z' from unnest($1::text[]) with ordinality named(name, n)",
      [names],
    );
    const expected = names.map((name, index) =>
      JSON.stringify({ id: index + 1, name, is_active: true, modified_date: '2023-07-04T00:00:00Z' }),
    );
    const texts = await Promise.all(
      [1, 2, 3, 4, 5].map(
        async (number) =>
          (
            await items.page({
              ...from(7),
              page: number,
              size: 100,
              where: [],
              order: ['id'],
              query: '',
              publicUrl: '',
            })
          ).results.text,
      ),
    );
    expect(texts.join()).toBe(expected.join());
    expect(await Promise.all(expected.map((_json, index) => row(7, String(index + 1))))).toEqual(expected);
  });
});

describe('reading a row', () => {
  it('gives it as JSON text', async () => {
    expect(JSON.parse(await row(1, '1'))).toEqual(sugar);
  });

  it.each(['4', '999999', '99999999999999999999', '-1', '+1', ' 1', '1.0', '1_0', 'abc', '', '1;', '1\0', '１'])(
    'does not find %p',
    async (key) => {
      await expect(row(1, key)).rejects.toMatchObject({ code: 'not_found' });
    },
  );
});

describe('rows whose key is a text', () => {
  const publicBase = 'https://shop.example/api/v1/';
  const parcel = async (account: number, key: string): Promise<unknown> =>
    JSON.parse((await parcels.row({ ...from(account), key, publicBase })).text);
  const theParcel = {
    url: 'https://shop.example/api/v1/parcels/a%2Fb%20%25_%D1%91/',
    items: [{ id: 1, name: null, is_active: true, modified_date: '2023-07-04T10:30:31.298860Z' }],
  };

  it('are found by the whole of it, and by nothing else', async () => {
    expect(await parcel(1, 'a/b %_ё')).toEqual(theParcel);
    for (const key of ['7', 'a', 'a/b %_', 'a/b %_ё ', 'A/b %_ё', 'theirs', '', '\0'])
      await expect(parcel(1, key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are listed with their links, in the order of their own id, any page of them', async () => {
    const all = { size: 10, where: [], order: ['id'], query: '', publicUrl: '', publicBase };
    const listed = async (account: number, page: number | 'last'): Promise<unknown[]> => {
      const { results } = await parcels.page({ ...from(account), ...all, page });
      return JSON.parse(`[${results.text}]`) as unknown[];
    };
    expect(await listed(1, 1)).toEqual([theParcel]);
    expect((await listed(9, 51))[0]).toEqual({ url: `${publicBase}parcels/parcel%20501/`, items: [] });
    expect(await listed(9, 'last')).toEqual(await listed(9, 100));
  });
});
