import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documented } from '../system/documents.js';
import { postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
});

afterAll(() => system.leave());

const link = (path: string): string => `${system.url}/api/v1/${path}/`;

describe('the resources around refunds', () => {
  it.each([
    [
      'suppliers',
      'supplier_id',
      { supplier_id: 'supplier 1', name: 'Молокія' },
      { supplier_code: null, phone: null, commodity_credit_days: null, address: null },
    ],
    [
      'suppliers',
      'supplier_id',
      { supplier_id: 2, name: 'x', supplier_code: '7', phone: '', commodity_credit_days: -5, address: 'y' },
      {},
    ],
    ['shops', 'shop_id', { shop_id: 'kyiv/1', name: 'Київ' }, {}],
    ['products', 'product_id', { product_id: 'milk', name: 'Молоко "2,5 %"' }, { barcode: null }],
  ])('%s are saved, listed and found by %s: %j', async (path, key, posted, defaults) => {
    const save = async (body: unknown): Promise<unknown> => (await client.post(`${path}/`, body)).json;
    const id = String((posted as Record<string, unknown>)[key]);
    const expected = { url: link(`${path}/${encodeURIComponent(id)}`), ...posted, ...defaults, [key]: id };
    expect(await save(posted)).toEqual({ created: 1, updated: 0 });
    expect(await save([posted, { ...posted, name: 'renamed' }])).toEqual({ created: 0, updated: 1 });
    expect(await client.json(expected.url)).toEqual({ ...expected, name: 'renamed' });
    expect(await save(posted)).toEqual({ created: 0, updated: 1 });
    expect(await client.rows(`${path}/?ordering=-${key}`)).toContainEqual(expected);
    expect((await client.get(`${path}/unknown/`)).json).toEqual({ detail: 'Not found' });
    expect((await client.post(`${path}/`, [posted, {}])).json).toEqual([
      {},
      { [key]: ['This field is required.'], name: ['This field is required.'] },
    ]);
    expect((await client.request('PUT', expected.url)).status).toBe(405);
  });

  it('receive documents keep their lines in order', async () => {
    const line = (id: string): object => ({ product_id: id, qty: '1.5000', price: '2.0000', price_total: '3.0000' });
    const document = {
      document_id: 'r1',
      supplier_id: 's',
      shop_id: 'kyiv',
      document_date: '2017-01-01T10:00:00',
      document_number: '№ 1',
      order_id: null,
      responsible: null,
      items_qty: '2.0000',
      price_total: null,
      products: ['b', 'a'].map(line),
    };
    expect((await client.post('receive-documents/', [document])).json).toEqual({ created: 1, updated: 0 });
    expect(await client.json('receive-documents/kyiv_r1/')).toEqual({
      url: link('receive-documents/kyiv_r1'),
      ...document,
    });
    expect((await client.post('receive-documents/', { ...document, products: [line('c')] })).json).toEqual({
      created: 0,
      updated: 1,
    });
    expect(await client.rows('receive-documents/')).toEqual([
      { url: link('receive-documents/kyiv_r1'), ...document, products: [line('c')] },
    ]);
  });
});

describe('the links of a refund', () => {
  it('lead nowhere until what they name is known', async () => {
    await client.post(
      refundsPath,
      postedRefund('a', {
        supplier_id: 'new supplier',
        shop_id: 'new shop',
        products: [
          { product_id: 'new product', receive_document_id: 'new shop_receipt', qty: 1, price: 1, total_price: 1 },
        ],
      }),
    );
    const [refund] = await client.rows<Refund>(refundsPath);
    const [line] = refund!.products;
    const links = [refund!.supplier_url, refund!.shop_url, line!.product_url, line!.receive_document_url];
    for (const url of links) expect((await client.get(url)).status).toBe(404);
    await client.post('suppliers/', { supplier_id: 'new supplier', name: 'x' });
    await client.post('shops/', { shop_id: 'new shop', name: 'x' });
    await client.post('products/', { product_id: 'new product', name: 'x' });
    await client.post('receive-documents/', {
      document_id: 'receipt',
      shop_id: 'new shop',
      supplier_id: 'x',
      document_date: '2017-01-01',
      products: [],
    });
    expect(await Promise.all(links.map(async (url) => (await client.json<{ url: string }>(url)).url))).toEqual(links);
  });
});

describe('two accounts', () => {
  it('wait for nothing of each other’s: a batch of many errors is refused, others are answered meanwhile', async () => {
    const [abuser, quiet] = [await system.newRetailClient(), await system.newRetailClient()];
    const events: string[] = [];
    const flood = abuser.post(
      refundsPath,
      Array.from({ length: 2000 }, () => ({ products: Array.from({ length: 50 }, () => ({})) })),
    );
    void flood.then(() => events.push('flood'));
    for (let request = 1; request <= 5; request += 1) events.push(String((await quiet.get('suppliers/')).status));
    const { status, json, text } = await flood;
    const errors = json as object[];
    expect([
      status,
      errors.length,
      errors.every((one) => Object.keys(one).length > 0),
      new Set(errors.map((one) => JSON.stringify(one))).size,
      text.length < 1_300_000,
    ]).toEqual([400, 2000, true, 2000, true]);
    expect(events).toEqual(['200', '200', '200', '200', '200', 'flood']);
  });

  it('see and change nothing of each other’s', async () => {
    const [ours, theirs] = [await system.newRetailClient(), await system.newRetailClient()];
    const bodies = {
      'supplier-refunds/': documented('supplier-refunds/post.json'),
      'suppliers/': { supplier_id: 's', name: 'ours' },
      'shops/': { shop_id: 's', name: 'ours' },
      'products/': { product_id: 'p', name: 'ours' },
      'receive-documents/': {
        document_id: 'd',
        shop_id: 's',
        supplier_id: 's',
        document_date: '2017-01-01',
        products: [],
      },
    };
    for (const [path, body] of Object.entries(bodies)) {
      expect((await ours.post(path, body)).status).toBe(201);
      const [row] = await ours.rows<Refund>(path);
      const unknown = (await theirs.get(`${path}unknown/`)).text;
      expect(await theirs.rows(path)).toEqual([]);
      for (const url of [row!.url, ...(path === refundsPath ? [row!.products[0]!.url] : [])]) {
        expect((await ours.get(url)).status).toBe(200);
        const { status, text } = await theirs.get(url);
        expect([status, text]).toEqual([404, unknown]);
      }
      if (path === refundsPath) {
        for (const method of ['PUT', 'PATCH', 'DELETE'])
          expect((await theirs.request(method, row!.url, body)).status).toBe(404);
        expect((await theirs.request('DELETE', path, { identifiers: [row!.document_id] })).status).toBe(204);
      }
      expect((await theirs.post(path, body)).json).toEqual({ created: 1, updated: 0 });
      expect(await ours.rows(path)).toEqual([row]);
      expect(await theirs.rows<{ url: string }>(path)).toMatchObject([{ url: row!.url }]);
    }
  });

  it('read only with a token for reading', async () => {
    const reader = await system.newRetailClient(undefined, 'read');
    expect((await reader.get(refundsPath)).status).toBe(200);
    for (const method of ['POST', 'DELETE']) expect((await reader.request(method, refundsPath, {})).status).toBe(403);
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect((await reader.request(method, `${refundsPath}unknown/`, {})).status).toBe(403);
  });
});
