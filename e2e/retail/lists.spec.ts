import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../system/client.js';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';
import { expectLargePage } from './large-page.js';

let system: SharedSystem;
let client: RetailClient;

/** In the order in which they are stored. */
const documents = [
  postedRefund('b', {
    shop_id: 'kyiv',
    date: '2017-01-02',
    products: [postedLine({ product_id: 'milk' }), postedLine({ product_id: 'milk', receive_document_id: 'r 2' })],
  }),
  postedRefund('a', {
    shop_id: 'lviv',
    date: '2017-01-01T23:59:59.999999',
    supplier_id: 'other',
    products: [postedLine({ product_id: 'bread', qty: 3, price: '1.3333', total_price: '3.9999' })],
  }),
  postedRefund('a', { shop_id: 'kyiv', date: '2017-01-03 12:00', products: [postedLine({ qty: 2 })] }),
  postedRefund('c', { shop_id: 'Київ', date: '2017-01-01', products: [] }),
];

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
  for (const document of documents) expect((await client.post(refundsPath, document)).status).toBe(201);
});

afterAll(() => system.leave());

const page = (query: string): Promise<Page<Refund>> => client.json(refundsPath + query);

/** The documents that a query finds, counted, in the answered order: `id shop`. */
async function found(query: string): Promise<string[]> {
  const { count, results } = await page(query);
  expect(count).toBe(results.length);
  return results.map(({ document_id: id, shop_id: shop }) => `${id} ${shop}`);
}

const all = ['b kyiv', 'a lviv', 'a kyiv', 'c Київ'];

describe('the list of refunds', () => {
  it.each([
    ['', all],
    ['?ordering=url', ['a kyiv', 'a lviv', 'b kyiv', 'c Київ']],
    ['?ordering=-url', ['c Київ', 'b kyiv', 'a lviv', 'a kyiv']],
    ['?Ordering=date', ['c Київ', 'a lviv', 'b kyiv', 'a kyiv']],
    ['?ordering=-date', ['a kyiv', 'b kyiv', 'a lviv', 'c Київ']],
    ['?ordering=order_id', ['a lviv', 'a kyiv', 'b kyiv', 'c Київ']],
    ['?ordering=-document_id', ['c Київ', 'b kyiv', 'a lviv', 'a kyiv']],
    ['?ordering=document_id,-date', ['a kyiv', 'a lviv', 'b kyiv', 'c Київ']],
    ['?ordering=shop_id', all],
    ['?ordering=unknown,url', ['a kyiv', 'a lviv', 'b kyiv', 'c Київ']],
    ['?ordering=,', all],
  ])('is sorted by %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it.each([
    ['?shop_id=kyiv', ['b kyiv', 'a kyiv']],
    ['?SHOP_ID=%D0%9A%D0%B8%D1%97%D0%B2', ['c Київ']],
    ['?supplier_id=other', ['a lviv']],
    ['?product_id=milk', ['b kyiv', 'a kyiv']],
    ['?product_id=milk&shop_id=kyiv&supplier_id=supplier-1&receive_document_id=r%202', ['b kyiv']],
    ['?receive_document_id=r+2', ['b kyiv']],
    ['?product_id=unknown', []],
    ['?product_id=', all],
    ['?qty=1', all],
    ['?date_from=2017-01-02', ['b kyiv', 'a kyiv']],
    ['?date_to=2017-01-02', ['b kyiv', 'a lviv', 'c Київ']],
    ['?date_to=2017-01-01', ['a lviv', 'c Київ']],
    ['?date_to=2017-1-1%2012:00', ['c Київ']],
    ['?date_to=2017-1-1%2012:0:1', ['c Київ']],
    ['?date_from=2017-01-01T23:59:59.999999&date_to=2017-01-02T00:00:00', ['b kyiv', 'a lviv']],
    ['?date_from=2017-01-02T02:00:00%2B02:00&date_to=2017-01-02', ['b kyiv']],
    ['?date_from=0001-01-01&date_to=9999-12-31', all],
    ['?shop_id=kyiv&ordering=-url', ['b kyiv', 'a kyiv']],
  ])('is filtered by %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it.each(['hasOwnProperty', 'valueOf', '-__proto__', 'constructor'])('passes over an order by %s', async (term) => {
    expect((await client.get(`${refundsPath}?ordering=${term}`)).status).toBe(200);
  });

  it('refuses what is no date', async () => {
    const { status, json } = await client.get(`${refundsPath}?date_from=yesterday&date_to=2017-13-1`);
    expect([status, json]).toEqual([
      400,
      { date_from: ['Enter a valid date/time.'], date_to: ['Enter a valid date/time.'] },
    ]);
  });

  it('has pages, with links that keep what was asked', async () => {
    const first = await page('?Page_size=3&ordering=url&unknown=1');
    expect([first.count, first.results.length, first.previous]).toEqual([4, 3, null]);
    expect(first.next).toMatch(/\?.*page=2/);
    const second: Page<Refund> = await client.json(first.next ?? '');
    expect([...first.results, ...second.results].map(({ document_id: id }) => id)).toEqual(['a', 'a', 'b', 'c']);
    expect(second.next).toBeNull();
    expect((await page('?page=last&page_size=3')).results).toHaveLength(1);
    expect((await client.get(`${refundsPath}?page=3&page_size=3`)).json).toEqual({ detail: 'Invalid page.' });
  });

  it.each([
    'supplier-refunds.json',
    'supplier-refunds/.json',
    'supplier-refunds/.json/',
    'supplier-refunds.json/',
    'supplier-refunds.api',
    'supplier-refunds/.api/',
  ])('has pages whose links keep the format of %s, also for a browser', async (path) => {
    const [format] = /json|api/.exec(path) ?? [];
    const shown = async (url: string): Promise<Page<Refund>> => {
      const { text } = await client.get(url, { accept: 'text/html,*/*;q=0.8' });
      // A browsable page shows the same, laid out.
      if (format === 'json') return JSON.parse(text) as Page<Refund>;
      const [, block = ''] = /<pre class="json"[^>]*><code>(.*?)<\/code>/s.exec(text) ?? [];
      return JSON.parse(
        block
          .replaceAll(/<[^>]*>/g, '')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&'),
      ) as Page<Refund>;
    };
    const base = `${system.url}/api/v1/${path}`;
    const first = await shown(`${path}?page_size=2&Unknown=1`);
    expect(first).toMatchObject({ next: `${base}?Unknown=1&page=2&page_size=2`, previous: null });
    const second = await shown(first.next ?? '');
    expect(second).toMatchObject({ next: null, previous: `${base}?Unknown=1&page_size=2` });
    expect([...first.results, ...second.results].map(({ url }) => url)).toEqual(
      (await page('')).results.map(({ url }) => url),
    );
    expect((await shown(`${path}?cursor=*&page_size=2`)).next).toMatch(new RegExp(`^${RegExp.escape(base)}\\?cursor=`));
  });

  it('has pages whose links end in a slash where no format was asked for, and keep the one in the query', async () => {
    for (const path of ['supplier-refunds', 'supplier-refunds/']) {
      expect((await client.json<Page<Refund>>(`${path}?page_size=2&format=json`)).next).toBe(
        `${system.url}/api/v1/supplier-refunds/?format=json&page=2&page_size=2`,
      );
    }
    const { status, headers } = await client.post('supplier-refunds.json', []);
    expect([status, headers.location]).toEqual([201, `${system.url}/api/v1/supplier-refunds/`]);
  });

  it('is answered at every spelling of its address', async () => {
    for (const path of [
      'supplier-refunds',
      'supplier-refunds.json',
      'supplier-refunds/.json',
      'supplier-refunds/.json/',
      'supplier-refunds/?FORMAT=json',
    ])
      expect(await client.json(path)).toMatchObject({ count: 4 });
    const { status, text } = await client.request('HEAD', refundsPath);
    expect([status, text]).toEqual([200, '']);
  });
});

describe('oddities of a refund', () => {
  const warning = (product: string): string[] => [`total_price is not qty × price, which is ${product}.`];

  it('is told with ?detail=1, line by line', async () => {
    const { results } = await page('?detail=1&ordering=url');
    expect(results.map(({ products }) => products.map(({ warnings }) => warnings))).toEqual([
      [warning('10.0000')],
      [[]],
      [[], []],
      [],
    ]);
    const [refund] = results;
    expect(await client.json(`${refund!.url}?Detail=true`)).toEqual(refund);
    expect(await client.json(`${refund!.products[0]!.url}?detail=1`)).toEqual(refund!.products[0]);
  });

  it('is not told otherwise', async () => {
    for (const query of ['', '?detail=0', '?detail=', '?detail=1&detail=0'])
      expect(JSON.stringify(await page(query))).not.toContain('warnings');
  });
});

describe('a large page', () => {
  it('has 1,000 refunds, all of them right', async () => {
    await expectLargePage(await system.newRetailClient(), { stored: 1100, pageSize: 1000, shown: 1000 });
  });
});
