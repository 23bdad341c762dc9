import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reasonsPath, type Client, type Page } from '../system/client.js';
import { upstreamReasons, type Reason } from '../system/reasons.js';
import { SharedSystem } from '../system/shared-system.js';

interface Customer {
  readonly id: number;
  readonly modified_date: string;
  readonly email: string;
}

const path = '/api/v1/oms/customers/list-simple/';
const rows = 115;

let system: SharedSystem;
let [ours, theirs] = [] as unknown as [Client, Client];
let [account, otherAccount] = [0, 0];

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  [ours, theirs] = await Promise.all([
    system.newClient({ scopes: 'oms:read,oms:sync,oms:manage' }),
    system.newClient(),
  ]);
  [account, otherAccount] = await Promise.all([system.accountId(ours.account), system.accountId(theirs.account)]);
  await system.simulator.setReasons(upstreamReasons(57).map((reason) => ({ ...reason, order: reason.pk % 4 })));
  await ours.pull();
});

afterAll(() => system.leave());

const sql = (text: string, values: readonly unknown[]): Promise<unknown> => system.query('oms', text, values);
/** Removes the customers of both accounts. */
const clear = (): Promise<unknown> => sql('delete from customer where account_id = any($1)', [[account, otherAccount]]);
/** Adds customers, of whom any seven have one date. */
const add = (of: number, from: number, to: number): Promise<unknown> =>
  sql(
    `insert into customer (account_id, omnitron_id, email, first_name, last_name, modified_date)
       select $1, n, n % 3 || '@example.com', $4, '',
         '2023-07-04 10:30:31.298861Z'::timestamptz + (n / 7 % 11) * interval '1 us'
           from generate_series($2::integer, $3::integer) n`,
    [of, from, to, `of ${of}`],
  );

beforeEach(async () => {
  await clear();
  await add(account, 1, rows);
});

/** The rows from `cursor=*` along `next` to the end; `meanwhile` is done after every page. */
async function readByCursor<T extends { id: number }>(
  client: Client,
  list: string,
  meanwhile: (found: readonly T[]) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ pages: Page<T>[]; found: T[] }> {
  const pages: Page<T>[] = [];
  for (let next: string | null = list; next !== null; next = pages.at(-1)?.next ?? null) {
    pages.push(await client.json(next));
    await meanwhile(pages.at(-1)?.results ?? []);
  }
  return { pages, found: pages.flatMap(({ results }) => results) };
}

const idsOf = (found: readonly { id: number }[]): number[] => found.map(({ id }) => id);
const everyPage = <T>(client: Client, list: string): Promise<T[]> => client.rows(list.replace('/api/v1/oms/', ''));
const cursorIn = (link: string | null): string => new URL(link ?? '').searchParams.get('cursor') ?? '';

describe('a cursor read', () => {
  it.each(['', 'sort=id', 'sort=-id', 'sort=modified_date', 'sort=-modified_date', 'sort=-modified_date,-id'])(
    'meets every customer once in the order of %p, whatever the page size',
    async (sort) => {
      const expected = idsOf(await everyPage(ours, `${path}?page_size=100&${sort}`));
      expect(expected).toHaveLength(rows);
      for (const size of [1, 7, 100]) {
        const { pages, found } = await readByCursor<Customer>(ours, `${path}?cursor=*&page_size=${size}&${sort}`);
        expect(idsOf(found)).toEqual(expected);
        expect(pages).toHaveLength(Math.ceil(rows / size));
        expect(pages.every(({ count, previous }) => count === rows && previous === null)).toBe(true);
      }
    },
  );

  it.each(['', 'sort=-ordering', 'sort=-ordering,modified_date', 'sort=modified_date', 'is_active=true&sort=-id'])(
    'goes through any list: cancellation reasons with %p',
    async (query) => {
      const { found } = await readByCursor<Reason>(ours, `${reasonsPath}?cursor=*&page_size=9&${query}`);
      expect(found).toEqual(await ours.reasons(`?page_size=100&${query}`));
      expect(found).toHaveLength(57);
    },
  );

  it('has links as pages have them, without a page', async () => {
    const { next, previous } = await ours.json<Page<Customer>>(`${path}?utm=x&page=3&cursor=*&sort=-id&page_size=20`);
    expect(next).toBe(`${system.url}${path}?cursor=${cursorIn(next)}&page_size=20&sort=-id&utm=x`);
    expect(cursorIn(next)).toMatch(/^[\w-]+$/);
    expect(previous).toBeNull();
  });

  it('is filtered, and counts what is left at its beginning', async () => {
    const list = `${path}?email=1@example.com&sort=-modified_date&page_size=10`;
    const { pages, found } = await readByCursor<Customer>(ours, `${list}&cursor=*`);
    expect(found).toEqual(await everyPage(ours, list));
    expect(found.every(({ email }) => email === '1@example.com')).toBe(true);
    expect(new Set(pages.map(({ count }) => count))).toEqual(new Set([found.length]));
  });

  it('of nothing is one page', async () => {
    expect(await ours.json(`${path}?email=nobody&cursor=*`)).toEqual({
      count: 0,
      next: null,
      previous: null,
      results: [],
    });
  });

  it('does not begin with an empty cursor, nor is there one in a file', async () => {
    expect((await ours.json<Page<Customer>>(`${path}?cursor=&page=2`)).next).toBe(
      `${system.url}${path}?cursor=&page=3`,
    );
    const whole = (await ours.get(`${path}?format=csv`)).text;
    for (const cursor of ['*', 'whatever'])
      expect((await ours.get(`${path}?format=csv&cursor=${cursor}`)).text).toBe(whole);
  });
});

describe('while customers come, move and go, a cursor read', () => {
  it.each(['sort=id', 'sort=-id', 'sort=modified_date', 'sort=-modified_date'])(
    'loses and repeats nobody who stands still, in the order of %s',
    async (sort) => {
      const before = await everyPage<Customer>(ours, `${path}?page_size=100&${sort}`);
      const moved = new Set<number>();
      let added = 1000;
      const { pages, found } = await readByCursor<Customer>(
        ours,
        `${path}?cursor=*&page_size=10&${sort}`,
        async (page) => {
          const [first, second, third] = idsOf(page);
          [first, second, third].forEach((id) => id !== undefined && moved.add(id));
          await sql(
            `with gone as (delete from customer where id = $1)
              update customer set modified_date = case id when $2 then timestamptz '2000-01-01' else '2100-01-01' end
                where id in ($2, $3)`,
            [first, second, third],
          );
          if (added < 1100) await add(account, added, added + 2);
          added += 3;
        },
      );
      const stillIds = new Set(idsOf(before).filter((id) => !moved.has(id)));
      expect(idsOf(found).filter((id) => stillIds.has(id))).toEqual([...stillIds]);
      expect(pages.every(({ count }) => count === rows)).toBe(true);
    },
  );
});

describe('a cursor', () => {
  it('is refused where it can not be read, or belongs to another order', async () => {
    const cursor = cursorIn((await ours.json<Page<Customer>>(`${path}?cursor=*&sort=-id`)).next);
    for (const query of [
      `cursor=${cursor}`,
      `cursor=${cursor}&sort=modified_date`,
      'cursor=abc',
      'cursor=**',
      'cursor=%00',
      `cursor=${cursor.slice(1)}&sort=-id`,
      `cursor=${'A'.repeat(9000)}`,
    ]) {
      const { status, json } = await ours.get(`${path}?${query}`);
      expect([query, status, json]).toEqual([query, 404, { detail: 'Invalid cursor' }]);
    }
  });

  it('outlives its list', async () => {
    const { next } = await ours.json<Page<Customer>>(`${path}?cursor=*`);
    await clear();
    expect(await ours.json(next ?? '')).toEqual({ count: rows, next: null, previous: null, results: [] });
  });

  it('shows whoever has it what is theirs', async () => {
    await add(otherAccount, 1, 30);
    const { next } = await ours.json<Page<Customer>>(`${path}?cursor=*&sort=-modified_date`);
    const own = new Set(idsOf(await everyPage(theirs, `${path}?page_size=100`)));
    const { found } = await readByCursor<Customer>(theirs, next ?? '');
    expect(found.length).toBeGreaterThan(0);
    expect(idsOf(found).every((id) => own.has(id))).toBe(true);
  });

  it('that is forged is refused, or shows its bearer their own', async () => {
    await add(otherAccount, 1, 30);
    await fc.assert(
      fc.asyncProperty(forgeries, fc.constantFrom('id', '-id', '-modified_date,id'), async (cursor, sort) => {
        const { status, text, json } = await theirs.get(`${path}?sort=${sort}&cursor=${encodeURIComponent(cursor)}`);
        if (status === 404) expect(json).toEqual({ detail: 'Invalid cursor' });
        else expect([status, text.includes(`of ${account}`)]).toEqual([200, false]);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

const encoded = (text: string): string => Buffer.from(text).toString('base64url');
const texts = fc.constantFrom(
  'id',
  '-id',
  '-modified_date,id',
  'password',
  '0',
  '5',
  '-9223372036854775808',
  '9223372036854775807',
  '99999999999999999999',
  '1e9',
  '1.5',
  "1') or true --",
  '2023-07-04 10:30:31.298861+00',
  '0001-01-01 00:00:00+00',
  '9999-12-31 23:59:59.999999+00',
  'infinity',
  'now',
  '',
  'a\0b',
  '\ud800',
);
const parts = fc.array(fc.oneof(texts, fc.maxSafeNat(), fc.jsonValue()), { maxLength: 5 });
/** As we write it, but for what is in it. */
const plausible = fc
  .tuple(fc.nat(), fc.constantFrom(['id'], ['-id'], ['-modified_date,id']))
  .chain(([count, [order = '']]) =>
    fc
      .array(texts, { minLength: order.split(',').length, maxLength: order.split(',').length })
      .map((values) => encoded(JSON.stringify([count, order, ...values]))),
  );
const forgeries = fc.oneof(
  plausible,
  parts.map((all) => encoded(JSON.stringify(all))),
  fc.json().map(encoded),
  fc.base64String(),
  fc.string({ unit: 'binary' }).filter((text) => text.trim() !== '' && text.isWellFormed()),
);
