import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { omit } from '../system/omit.js';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: RetailClient;
let account: number;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
  account = await system.accountId(client.account);
});

afterAll(() => system.leave());

beforeEach(async () => {
  for (const table of ['supplier_refund', 'receive_document'])
    await system.query('supplier-refund', `delete from ${table} where account_id = $1`, [account]);
});

type Posted = readonly [documentId: string, shopId: string];

const save = async (...documents: readonly Posted[]): Promise<unknown> =>
  (
    await client.post(
      refundsPath,
      documents.map(([id, shop]) => postedRefund(id, { shop_id: shop })),
    )
  ).json;

/**
 * A URL as clients send it: as it is, as browsers do (WHATWG), and as Python's requests and urllib3 do (RFC 3986
 * §6.2.2).
 */
function urlsOf(url: string): string[] {
  const decoded = url.replaceAll(/%([0-9A-F]{2})/gi, (escape, hex: string) =>
    /[\w.~-]/.test(String.fromCharCode(parseInt(hex, 16))) ? String.fromCharCode(parseInt(hex, 16)) : escape,
  );
  const segments: string[] = [];
  for (const segment of decoded.replace(system.url, '').split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return [url, new URL(url).href, system.url + segments.join('/')];
}

const keyOf = ({ url }: { url: string }): string => decodeURIComponent(url.split('/').at(-2) ?? '');

/** The public key of each document. */
async function keys(): Promise<Record<string, string>> {
  return Object.fromEntries(
    (await client.rows<Refund>(refundsPath)).map((refund) => [
      `${refund.document_id} ${refund.shop_id}`,
      keyOf(refund),
    ]),
  );
}

describe('a public key', () => {
  it('is the id of the document and that of the shop', async () => {
    await save(['test-document', '1147']);
    expect(await keys()).toEqual({ 'test-document 1147': 'test-document_1147' });
  });

  it('that another document has is numbered', async () => {
    await save(['a_b', 'c']);
    expect(await save(['a', 'b_c'])).toEqual({ created: 1, updated: 0 });
    expect(await keys()).toEqual({ 'a_b c': 'a_b_c', 'a b_c': 'a_b_c~2' });
  });

  it('that several want at once goes to the first of them, and the others are numbered', async () => {
    expect(await save(['a_b_c', 'd'], ['a', 'b_c_d'], ['a_b', 'c_d'], ['plain', 'shop'])).toEqual({
      created: 4,
      updated: 0,
    });
    expect(await keys()).toEqual({
      'a_b_c d': 'a_b_c_d',
      'a b_c_d': 'a_b_c_d~2',
      'a_b c_d': 'a_b_c_d~3',
      'plain shop': 'plain_shop',
    });
  });

  it('stays with its document, whatever is saved or removed later', async () => {
    await save(['a_b', 'c']);
    await save(['a', 'b_c']);
    expect(await save(['a', 'b_c'], ['a_b', 'c'])).toEqual({ created: 0, updated: 2 });
    await client.request('DELETE', `${refundsPath}a_b_c/`);
    expect(await save(['a', 'b_c'])).toEqual({ created: 0, updated: 1 });
    expect(await keys()).toEqual({ 'a b_c': 'a_b_c~2' });
    expect(await save(['a_b', 'c'], ['a', 'b_c'])).toEqual({ created: 1, updated: 1 });
    expect(await keys()).toEqual({ 'a b_c': 'a_b_c~2', 'a_b c': 'a_b_c' });
  });

  it('leaves out numbers that ids happen to end in', async () => {
    await save(['a_b', 'c~2'], ['a_b', 'c'], ['a', 'b_c'], ['a', 'b_c~2']);
    const found = await keys();
    expect(new Set(Object.values(found)).size).toBe(4);
    expect(Object.values(found)).toEqual(expect.arrayContaining(['a_b_c', 'a_b_c~2']));
    for (const [names, key] of Object.entries(found)) {
      const { document_id: id, shop_id: shop } = await client.json<Refund>(`${refundsPath}${encodeURIComponent(key)}/`);
      expect(`${id} ${shop}`).toBe(names);
    }
  });

  it('is another account’s too', async () => {
    const other = await system.newRetailClient();
    await save(['a', 'b']);
    expect((await other.post(refundsPath, postedRefund('a', { shop_id: 'b' }))).json).toEqual({
      created: 1,
      updated: 0,
    });
    expect((await other.rows<Refund>(refundsPath)).map(keyOf)).toEqual(['a_b']);
  });
});

describe('ids of any kind', () => {
  it.each([
    ['a_b', 'c_d'],
    ['a/b', 'c/d'],
    ['100%', '%2F'],
    ['two words', 'trimmed'],
    ['Накладна № 5', 'Київ'],
    ['a.json', 'b.api'],
    ['a', 'b.json'],
    ['?x=1', '#y'],
    ['a;b', 'c,d'],
    ['a+b', 'c&d'],
    ['a"b', "c'd\\"],
    ['//', '..'],
    ['😀', '\u{10ffff}'],
    ['😀'.repeat(150), '.'],
    ['..', '😀'.repeat(150)],
    ['a'.repeat(150), 'ß'.repeat(150)],
    ['{}', '[0]'],
    ['~2', '~'],
    ['\u0001', '\u007f'],
  ])('are found by their links: %j in %j', async (id, shop) => {
    expect(await save([id, shop])).toEqual({ created: 1, updated: 0 });
    const [refund] = await client.rows<Refund>(refundsPath);
    expect(refund).toMatchObject({ document_id: id, shop_id: shop });
    expect(keyOf(refund!)).toBe(`${id}_${shop}`);
    expect(await client.json(refund!.url)).toEqual(refund);
    expect(await client.json(refund!.products[0]!.url)).toEqual(refund!.products[0]);
    expect(await client.json(refund!.url.replace(/\/$/, ''))).toEqual(refund);
    expect((await client.request('PATCH', refund!.url, { description: 'found' })).status).toBe(200);
    expect((await client.request('DELETE', refundsPath, { identifiers: [`${id}_${shop}`] })).status).toBe(204);
    expect((await client.get(refund!.url)).status).toBe(404);
  });

  it.each(['.', '..'])(
    'are found by the links of what refunds name, even where they are %s, which clients take out of a path',
    async (id) => {
      await client.post('suppliers/', { supplier_id: id, name: 's' });
      await client.post('shops/', { shop_id: id, name: 's' });
      await client.post('products/', { product_id: id, name: 'p' });
      expect(await save([id, id])).toEqual({ created: 1, updated: 0 });
      await client.post(
        refundsPath,
        postedRefund(id, { shop_id: id, supplier_id: id, products: [postedLine({ product_id: id })] }),
      );
      const [refund] = await client.rows<Refund & { supplier_url: string; shop_url: string }>(refundsPath);
      const {
        supplier_url: supplier,
        shop_url: shop,
        products: [line],
      } = refund!;
      const named = [
        [supplier, 'supplier_id'],
        [shop, 'shop_id'],
        [line!.product_url, 'product_id'],
      ] as const;
      for (const [url, name] of named) {
        for (const asked of urlsOf(url)) {
          expect(await client.json(asked)).toMatchObject({ url, [name]: id });
          const { status, text } = await client.get(asked.replace(/\/$/, '.api'));
          expect([status, text.includes(`href="${new URL(url).pathname}?format=json"`)]).toEqual([200, true]);
        }
      }
    },
  );

  it('lead back to their row by their links, whatever a client makes of a URL', async () => {
    const letters = fc.constantFrom(
      ...Array.from('.%2eEfF/\\ ~_?#;:@+&=a*é😀'),
      '\t',
      '\n',
      '\u0085',
      '\u00a0',
      '\u200c',
      '\u2028',
      '\u202e',
      '%20',
      '%2E',
      '.json',
    );
    const anyKeys = fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: letters, minLength: 1, maxLength: 8 }) },
      {
        weight: 1,
        arbitrary: fc
          .string({ unit: 'binary', minLength: 1, maxLength: 150 })
          .map((text) => text.toWellFormed().replaceAll('\0', '0')),
      },
    );
    const drawn = fc.sample(
      anyKeys.map((text) => text.trim()).filter((text) => text !== '' && Array.from(text).length <= 100),
      { seed: 12, numRuns: 150 },
    );
    const ids = new Set([
      '.',
      '..',
      '...',
      '. .',
      '.%20',
      '..%20',
      '%2e',
      '%2e%2E',
      '.%2e',
      '%252e',
      '..\\',
      '../..',
      '..;',
      '.\t.',
      '😀'.repeat(100),
      ...drawn,
    ]);
    await client.post(
      'suppliers/',
      Array.from(ids, (id) => ({ supplier_id: id, name: 's' })),
    );
    const rows = await client.rows<{ url: string; supplier_id: string }>('suppliers/?page_size=1000');
    expect(new Set(rows.map(({ supplier_id: id }) => id))).toEqual(ids);
    for (const row of rows) for (const url of urlsOf(row.url)) expect(await client.json(url)).toEqual(row);
  });

  it('are found with a format behind, unless they end so themselves', async () => {
    await save(['a', 'b.json'], ['a', 'c']);
    for (const path of ['a_b.json', 'a_b.json.json', 'a_b.json/?format=json', 'a_b.json.json/'])
      expect((await client.json<Refund>(refundsPath + path)).shop_id).toBe('b.json');
    expect((await client.json<Refund>(`${refundsPath}a_c.json`)).shop_id).toBe('c');
    for (const path of ['a_b', 'a_c.xml', 'a_c.json.json', 'a', 'A_C', 'a_c%20', 'a_c%00'])
      expect((await client.get(`${refundsPath}${path}/`)).status).toBe(404);
  });
});

describe('a line', () => {
  it('is found in its own document only', async () => {
    await save(['a', 'b'], ['c', 'd']);
    const [first, second] = (await client.rows<Refund>(refundsPath)) as [Refund, Refund];
    const [line] = first.products;
    expect(await client.json(line!.url)).toEqual(line);
    const id = line!.url.split('/').at(-2) ?? '';
    expect((await client.get(`${second.url}products/${id}/`)).status).toBe(404);
    for (const unknown of ['0', 'x', `${id}.5`, `+${id}`, '9'.repeat(30), `${id}%00`])
      expect((await client.get(`${first.url}products/${unknown}/`)).status).toBe(404);
  });
});

describe('the public key of a receive document', () => {
  it('begins with the shop, and is what a refund’s line names', async () => {
    const document = {
      document_id: 'receipt-1',
      supplier_id: 's',
      shop_id: 'kyiv-1',
      document_date: '2017-01-01',
      products: [{ product_id: 'milk', qty: 1, price: 2, price_total: 2 }],
    };
    expect(
      (
        await client.post('receive-documents/', [
          document,
          { ...document, document_id: '1_receipt-1', shop_id: 'kyiv' },
        ])
      ).json,
    ).toEqual({ created: 2, updated: 0 });
    expect(
      (
        await client.post('receive-documents/', [
          { ...document, shop_id: 'kyiv-1_receipt-1' },
          { ...document, document_id: 'receipt-1_receipt-1' },
        ])
      ).json,
    ).toEqual({ created: 2, updated: 0 });
    expect((await client.rows<{ url: string }>('receive-documents/')).map(keyOf).toSorted()).toEqual([
      'kyiv-1_receipt-1',
      'kyiv-1_receipt-1_receipt-1',
      'kyiv-1_receipt-1_receipt-1~2',
      'kyiv_1_receipt-1',
    ]);
    await client.post(
      refundsPath,
      postedRefund('refund', { products: [postedLine({ receive_document_id: 'kyiv-1_receipt-1' })] }),
    );
    const [refund] = await client.rows<Refund>(refundsPath);
    expect(omit(await client.json(refund!.products[0]!.receive_document_url), 'url', 'products')).toEqual({
      document_id: 'receipt-1',
      supplier_id: 's',
      document_number: null,
      shop_id: 'kyiv-1',
      order_id: null,
      document_date: '2017-01-01T00:00:00',
      responsible: null,
      items_qty: null,
      price_total: null,
    });
  });
});
