import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documented } from '../system/documents.js';
import { omit } from '../system/omit.js';
import { refundsPath, type Line, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
});

afterAll(() => system.leave());

const sample = (file: string): unknown => JSON.parse(documented(`supplier-refunds/${file}`));
const allowOf = (text: unknown): string[] => String(text).split(', ').toSorted();
const collectionMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST'];

/**
 * The page printed in the document, but for intended differences: our host, the keys, and the fields it forgot to
 * print.
 */
function asDocumented(text: string): unknown {
  const page = JSON.parse(text.replaceAll(system.url, 'http://api.datawiz.io')) as { results: Refund[] };
  const documentKey = ({ identifier, shop_id: shop }: Refund): string => `/${identifier}_${shop}/`;
  return {
    ...page,
    results: page.results.map((refund) => {
      const { document_id: documentId, products, ...printed } = refund;
      expect(documentId).toBe(refund.identifier);
      const shown = (url: string): string => url.replace(documentKey(refund), `/${refund.identifier}_1147/`);
      return {
        ...printed,
        url: shown(refund.url),
        products: products.map(({ receive_document_id: receiveDocument, ...line }) => {
          expect(line.receive_document_url).toBe(`http://api.datawiz.io/api/v1/receive-documents/${receiveDocument}/`);
          return { ...line, url: shown(line.url) };
        }),
      };
    }),
  };
}

describe('the samples of supplier-refunds.txt', () => {
  it('an empty collection', async () => {
    const { status, headers, json } = await client.get(refundsPath);
    expect([status, json]).toEqual([200, sample('empty-list.json')]);
    expect(headers).toMatchObject({ 'content-type': 'application/json', vary: 'Accept' });
    expect(allowOf(headers.allow)).toEqual(collectionMethods);
  });

  it('a document posted, then listed with another', async () => {
    const post = sample('post.json') as Record<string, unknown>;
    const { status, headers, json } = await client.post(
      `${refundsPath}.json`,
      documented('supplier-refunds/post.json'),
    );
    expect([status, json]).toEqual([201, sample('created.json')]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      vary: 'Accept',
      location: `${system.url}/api/v1/supplier-refunds/`,
    });
    await client.post(`${refundsPath}?format=json`, { ...post, document_id: 'test-document2' });

    const list = await client.get(`${refundsPath}?format=json&page_size=2`);
    const lineIds = (list.json as { results: { products: Line[] }[] }).results.map(({ products: [line] }) =>
      Number(line?.url.split('/').at(-2)),
    );
    expect(lineIds).toEqual(lineIds.toSorted((one, other) => one - other));
    const printed = documented('supplier-refunds/list.json').replaceAll(
      /products\/([45])\//g,
      (_, id) => `products/${lineIds[Number(id) - 4]}/`,
    );
    expect(JSON.stringify(asDocumented(list.text))).toBe(JSON.stringify(JSON.parse(printed)));
  });

  it('a document that does not exist', async () => {
    const { status, headers, json } = await client.get(`${refundsPath}unknown/`);
    expect([status, json]).toEqual([404, sample('not-found.json')]);
    expect(allowOf(headers.allow)).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT']);
  });

  it('a field that is missing', async () => {
    const { status, headers, json } = await client.post(
      refundsPath,
      omit(sample('post.json') as object, 'document_id'),
    );
    expect([status, json]).toEqual([400, sample('error.json')]);
    expect(headers).toMatchObject({ 'content-type': 'application/json', vary: 'Accept' });
  });

  it('OPTIONS, key for key', async () => {
    const { status, headers, text } = await client.request('OPTIONS', refundsPath);
    expect([status, JSON.stringify(JSON.parse(text))]).toEqual([200, JSON.stringify(sample('options.json'))]);
    expect(allowOf(headers.allow)).toEqual(collectionMethods);
  });
});
