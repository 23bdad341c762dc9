import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

beforeEach(() => system.query('supplier-refund', 'delete from supplier_refund where account_id = $1', [account]));

/** The answer of a POST that must succeed with 201. */
async function save(body: unknown): Promise<[created: number, updated: number]> {
  const { status, json, text } = await client.post(refundsPath, body);
  if (status !== 201) throw new Error(`${status} ${text}`);
  const { created, updated } = json as { created: number; updated: number };
  return [created, updated];
}

const refunds = (): Promise<Refund[]> => client.rows(refundsPath);
const refund = (key: string): Promise<Refund> => client.json(`${refundsPath}${key}/`);
const lineIds = ({ products }: Refund): string[] => products.map(({ url }) => url);
const documentIds = (all: readonly Refund[]): string[] => all.map((one) => one.document_id);

describe('saving documents', () => {
  it('takes one, or many at once', async () => {
    expect(await save(postedRefund('one'))).toEqual([1, 0]);
    expect(await save([postedRefund('two'), postedRefund('three')])).toEqual([2, 0]);
    expect(documentIds(await refunds()).toSorted()).toEqual(['one', 'three', 'two']);
  });

  it('lists them as they came, batch after batch', async () => {
    await save(['z', 'a', 'm'].map((id) => postedRefund(id)));
    await save(['b', 'a', '0'].map((id) => postedRefund(id, { description: 'again' })));
    expect(documentIds(await refunds())).toEqual(['z', 'a', 'm', 'b', '0']);
  });

  it('answers what it stored', async () => {
    await save(
      postedRefund(42, {
        responsible: ' Ольга ',
        products: [postedLine({ product_id: 7, qty: '1.5', price: -2, total_price: '0.0001' })],
      }),
    );
    expect(await refund('42_kyiv-1')).toMatchObject({
      document_id: '42',
      identifier: '42',
      date: '2017-01-01T15:39:00',
      responsible: 'Ольга',
      description: null,
      products: [{ product_id: '7', qty: '1.5000', price: '-2.0000', total_price: '0.0001' }],
    });
  });

  it('takes an empty array, and documents without lines', async () => {
    expect(await save([])).toEqual([0, 0]);
    expect(await save(postedRefund('empty', { products: [] }))).toEqual([1, 0]);
    expect((await refund('empty_kyiv-1')).products).toEqual([]);
  });

  it('keeps the order of the lines, and a product that stands twice', async () => {
    const products = ['c', 'a', 'b', 'a'].map((id) => postedLine({ product_id: id }));
    await save([postedRefund('first', { products }), postedRefund('second', { products: products.toReversed() })]);
    expect((await refund('first_kyiv-1')).products.map((line) => line.product_id)).toEqual(['c', 'a', 'b', 'a']);
    expect((await refund('second_kyiv-1')).products.map((line) => line.product_id)).toEqual(['a', 'b', 'a', 'c']);
  });

  it('counts every key once, and of doubled ones keeps the last', async () => {
    const [one, other] = [
      postedRefund('twice', { description: 'first' }),
      postedRefund('twice', { description: 'last', products: [] }),
    ];
    expect(await save([one, postedRefund('twice', { shop_id: 'lviv' }), other])).toEqual([2, 0]);
    expect(await refund('twice_kyiv-1')).toMatchObject({ description: 'last', products: [] });
    expect(await save([one, other, one])).toEqual([0, 1]);
    expect((await refund('twice_kyiv-1')).description).toBe('first');
  });

  it('is all or nothing', async () => {
    const { status, json } = await client.post(refundsPath, [
      postedRefund('good'),
      postedRefund('bad', { date: 'yesterday' }),
      postedRefund('good too'),
    ]);
    expect([status, json]).toEqual([400, [{}, { date: [expect.stringContaining('Datetime has wrong format.')] }, {}]]);
    expect(await refunds()).toEqual([]);
  });

  it('knows a document by its id and shop', async () => {
    expect(await save([postedRefund('same'), postedRefund('same', { shop_id: 'lviv' })])).toEqual([2, 0]);
    expect(await save([postedRefund('same', { shop_id: 'lviv' }), postedRefund('same', { shop_id: 'odesa' })])).toEqual(
      [1, 1],
    );
  });
});

describe('saving a document again', () => {
  const batch = ['a', 'b', 'c'].map((id) => postedRefund(id, { products: [postedLine(), postedLine({ qty: 2 })] }));

  it('leaves it alone when nothing has changed', async () => {
    await save(batch);
    const [before, rows] = [await refunds(), await storedRows()];
    expect(await save(batch.map((one) => ({ ...one, date: '2017-01-01T17:39:00+02:00', responsible: null })))).toEqual([
      0, 3,
    ]);
    expect(await refunds()).toEqual(before);
    expect(await storedRows()).toEqual(rows);
  });

  it('changes what has changed, and nothing beside', async () => {
    await save(batch);
    const before = await refunds();
    expect(await save([batch[0], { ...batch[1], description: 'broken' }, batch[2], postedRefund('d')])).toEqual([1, 3]);
    const after = await refunds();
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]).toEqual({ ...before[1], description: 'broken' });
  });

  it('replaces its lines', async () => {
    await save(batch);
    const before = await refund('b_kyiv-1');
    expect(await save({ ...batch[1], products: [postedLine({ qty: 2 }), postedLine()] })).toEqual([0, 1]);
    const after = await refund('b_kyiv-1');
    expect(after.products.map(({ qty }) => qty)).toEqual(['2.0000', '1.0000']);
    expect(lineIds(after).filter((url) => lineIds(before).includes(url))).toEqual([]);
    for (const url of lineIds(before)) expect((await client.get(url)).status).toBe(404);
    for (const [index, url] of lineIds(after).entries()) expect(await client.json(url)).toEqual(after.products[index]);
  });

  it('forgets what is no longer said', async () => {
    await save(postedRefund('a', { responsible: 'Olha', description: 'x' }));
    await save(postedRefund('a'));
    expect(await refund('a_kyiv-1')).toMatchObject({ responsible: null, description: null });
  });

  /** The versions of all rows there are; a row that is written anew has another. */
  async function storedRows(): Promise<unknown[]> {
    const of = (table: string): Promise<unknown[]> =>
      system.query('supplier-refund', `select ctid::text from ${table} where account_id = $1 order by id`, [account]);
    return [...(await of('supplier_refund')), ...(await of('supplier_refund_line'))];
  }
});

describe('a document that is there', () => {
  beforeEach(() => save(postedRefund('a', { responsible: 'Olha', products: [postedLine(), postedLine({ qty: 2 })] })));

  const change = async (
    method: 'PUT' | 'PATCH',
    body: unknown,
    key = 'a_kyiv-1',
  ): Promise<[status: number, json: unknown]> => {
    const { status, json } = await client.request(method, `${refundsPath}${key}/`, body);
    return [status, json];
  };

  it('is replaced by PUT', async () => {
    const [status, answer] = await change(
      'PUT',
      postedRefund('a', { supplier_id: 'supplier-2', products: [postedLine({ product_id: 'bread' })] }),
    );
    expect([status, answer]).toEqual([200, await refund('a_kyiv-1')]);
    expect(answer).toMatchObject({ supplier_id: 'supplier-2', responsible: null, products: [{ product_id: 'bread' }] });
  });

  it('is changed by PATCH in what that names', async () => {
    const before = await refund('a_kyiv-1');
    expect(await change('PATCH', { description: 'torn', unknown: 1, url: 'x' })).toEqual([
      200,
      { ...before, description: 'torn' },
    ]);
    expect(await change('PATCH', { responsible: null, date: '2018-02-03' })).toEqual([
      200,
      { ...before, description: 'torn', responsible: null, date: '2018-02-03T00:00:00' },
    ]);
    expect(await change('PATCH', {})).toEqual([200, await refund('a_kyiv-1')]);
    expect(lineIds(await refund('a_kyiv-1'))).toEqual(lineIds(before));
  });

  it('has all its lines replaced by a PATCH that names them', async () => {
    const [, answer] = await change('PATCH', { products: [postedLine({ product_id: 'bread' })] });
    expect((answer as Refund).products).toMatchObject([{ product_id: 'bread', qty: '1.0000' }]);
    expect((answer as Refund).responsible).toBe('Olha');
  });

  it.each([
    ['document_id', { document_id: 'b' }],
    ['document_id', { document_id: 'b', identifier: 'b' }],
    ['shop_id', { shop_id: 'lviv' }],
  ])('keeps its %s: %j', async (field, changes) => {
    const before = await refunds();
    expect(await change('PATCH', changes)).toEqual([400, { [field]: ['This field may not be changed.'] }]);
    expect(await change('PUT', postedRefund('a', changes))).toEqual([
      400,
      { [field]: ['This field may not be changed.'] },
    ]);
    expect(await change('PATCH', { identifier: 'b' })).toEqual([
      400,
      { document_id: ['This field may not be changed.'] },
    ]);
    expect(await change('PATCH', { document_id: 'a', identifier: 'a', shop_id: 'kyiv-1' })).toEqual([200, before[0]]);
    expect(await refunds()).toEqual(before);
  });

  it('is refused what is wrong, and found before anything is', async () => {
    expect(await change('PATCH', { products: [{}] })).toMatchObject([
      400,
      { products: [{ product_id: ['This field is required.'] }] },
    ]);
    expect(await change('PUT', {})).toMatchObject([
      400,
      { document_id: ['This field is required.'], products: ['This field is required.'] },
    ]);
    for (const method of ['PUT', 'PATCH'] as const)
      expect(await change(method, { products: 1 }, 'unknown_kyiv-1')).toEqual([404, { detail: 'Not found' }]);
    expect(await change('PATCH', '{"a"')).toMatchObject([
      400,
      { detail: expect.stringContaining('JSON parse error') as unknown },
    ]);
    expect(await change('PATCH', '{"a"', 'unknown_kyiv-1')).toEqual([404, { detail: 'Not found' }]);
  });

  it('is removed, with its lines', async () => {
    const [line = ''] = lineIds(await refund('a_kyiv-1'));
    const { status, text, headers } = await client.request('DELETE', `${refundsPath}a_kyiv-1/`);
    expect([status, text, headers['content-type']]).toEqual([204, '', undefined]);
    for (const path of [`${refundsPath}a_kyiv-1/`, line]) expect((await client.get(path)).status).toBe(404);
    expect((await client.request('DELETE', `${refundsPath}a_kyiv-1/`)).status).toBe(404);
    expect(await save(postedRefund('a'))).toEqual([1, 0]);
  });
});

describe('removing many', () => {
  const remove = async (body: unknown): Promise<[status: number, text: string]> => {
    const { status, text } = await client.request('DELETE', refundsPath, body);
    return [status, text];
  };

  beforeEach(() =>
    save(['a', 'b', 'c'].flatMap((id) => ['kyiv', 'lviv'].map((shop) => postedRefund(id, { shop_id: shop })))),
  );

  it('takes public keys, and ids of documents in every shop', async () => {
    expect(await remove({ identifiers: ['a_kyiv', 'b', 'unknown', 'c_'] })).toEqual([204, '']);
    expect((await refunds()).map(({ document_id: id, shop_id: shop }) => `${id} ${shop}`)).toEqual([
      'a lviv',
      'c kyiv',
      'c lviv',
    ]);
  });

  it('answers what was removed and what was not found, where that is asked for', async () => {
    const removed = async (query: string, ...identifiers: string[]): Promise<unknown> => {
      const { status, json, headers } = await client.request('DELETE', `supplier-refunds${query}`, { identifiers });
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'application/json',
        'no-store',
      ]);
      return json;
    };
    expect(await removed('/?detail=1', 'a', 'nope', 'b_kyiv', 'a_lviv', 'nope')).toEqual({
      removed: ['a_kyiv', 'a_lviv', 'b_kyiv'],
      not_found: ['nope'],
    });
    expect(await removed('/?Detail=true', 'a', 'b_kyiv')).toEqual({ removed: [], not_found: ['a', 'b_kyiv'] });
    expect(await removed('.json?detail=1', ' b ', 'B')).toEqual({ removed: ['b_lviv'], not_found: ['B'] });
    const { status, headers, text } = await client.request('DELETE', `${refundsPath}?detail=1&format=api`, {
      identifiers: ['x'],
    });
    expect([status, headers['content-type'], text.includes('not_found')]).toEqual([
      200,
      'text/html; charset=utf-8',
      true,
    ]);
    expect(await refunds()).toHaveLength(2);
  });

  it.each(['?detail=0', '?detail=', '?detail=1&detail=0', '?unknown=1'])('answers nothing for %s', async (query) => {
    const { status, text } = await client.request('DELETE', refundsPath + query, { identifiers: ['a', 'nope'] });
    expect([status, text]).toEqual([204, '']);
  });

  it('answers thousands of keys, more than fit a message', async () => {
    const ids = Array.from({ length: 2000 }, (_, index) => `${'ü'.repeat(140)}${index}`);
    for (const shop of ['s'.repeat(150), 't'.repeat(150)])
      await save(ids.map((id) => postedRefund(id, { shop_id: shop, products: [] })));
    const { status, json } = await client.request('DELETE', `${refundsPath}?detail=1`, {
      identifiers: [...ids, 'nope'],
    });
    const { removed, not_found: notFound } = json as { removed: string[]; not_found: string[] };
    expect([status, removed.length, notFound]).toEqual([200, 4000, ['nope']]);
  });

  it('ignores what is not there', async () => {
    expect(await remove({ identifiers: ['unknown', "' or 1=1 --"] })).toEqual([204, '']);
    expect(await refunds()).toHaveLength(6);
  });

  it.each([
    [{}, 'This field is required.'],
    [{ identifiers: [] }, 'This list may not be empty.'],
    [{ identifiers: 'a' }, 'Expected a list of items but got type \\"str\\".'],
    ['', 'This field is required.'],
  ])('is refused %j', async (body, message) => {
    expect(await remove(body)).toEqual([400, `{"identifiers":["${message}"]}`]);
    expect(await refunds()).toHaveLength(6);
  });
});
