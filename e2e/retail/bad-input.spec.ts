import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

beforeEach(() => system.query('supplier-refund', 'delete from supplier_refund where account_id = $1', [account]));

const post = async (
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<[status: number, json: unknown]> => {
  const { status, json } = await client.post(refundsPath, body, headers);
  return [status, json];
};

const accepted = [201, { created: 1, updated: 0 }];
const required = 'This field is required.';
const notNull = 'This field may not be null.';
const notBlank = 'This field may not be blank.';
const noString = 'Not a valid string.';
const noNumber = 'A valid number is required.';
const noDate =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';
const longerThan = (length: number): string => `Ensure this field has no more than ${length} characters.`;

describe('a field of a document', () => {
  it.each([
    ['document_id', required],
    ['supplier_id', required],
    ['shop_id', required],
    ['date', required],
    ['products', required],
  ])('must be there: %s', async (field, message) => {
    expect(await post(omit(postedRefund('a'), field))).toEqual([400, { [field]: [message] }]);
  });

  it.each([
    ['document_id', null, notNull],
    ['document_id', '', notBlank],
    ['document_id', '  ', notBlank],
    ['document_id', true, noString],
    ['document_id', ['a'], noString],
    ['document_id', {}, noString],
    ['document_id', 'a'.repeat(151), longerThan(150)],
    ['document_id', 'a\0b', 'Null characters are not allowed.'],
    ['document_id', 'a\ud800', 'Surrogate characters are not allowed: U+D800.'],
    ['supplier_id', false, noString],
    ['supplier_id', 'a'.repeat(151), longerThan(150)],
    ['shop_id', 'a'.repeat(151), longerThan(150)],
    ['shop_id', null, notNull],
    ['responsible', 'a'.repeat(151), longerThan(150)],
    ['responsible', 1.5e300, undefined],
    ['description', '😀'.repeat(201), longerThan(200)],
    ['description', [], noString],
    ['date', '', noDate],
    ['date', 'yesterday', noDate],
    ['date', '2017-13-1', noDate],
    ['date', '2017-02-29', noDate],
    ['date', '2017-1-1 25:00', noDate],
    ['date', 20170101, noDate],
    ['date', null, notNull],
    ['date', '0001-01-01T00:00:00+01:00', noDate],
    ['date', '10000-01-01', noDate],
    ['date', '2017-01-01T15:39:00Z; drop table', noDate],
    ['products', null, notNull],
  ])('is refused what it can’t be: %s %j', async (field, value, message) => {
    expect(await post(postedRefund('a', { [field]: value }))).toEqual(
      message === undefined ? accepted : [400, { [field]: [message] }],
    );
  });

  it.each([
    ['2017-1-1 15:9:00', '2017-01-01T15:09:00'],
    ['2017-1-1 15:39:7', '2017-01-01T15:39:07'],
    ['2017-1-1 5:9', '2017-01-01T05:09:00'],
    ['2017-1-1 1:2:3.4 +02:00', '2016-12-31T23:02:03.400000'],
    ['2017-1-1 15:39:00', '2017-01-01T15:39:00'],
    ['2017-01-01T15:39', '2017-01-01T15:39:00'],
    ['2017-01-01', '2017-01-01T00:00:00'],
    ['2017-01-01T15:39:00.5Z', '2017-01-01T15:39:00.500000'],
    ['2017-01-01T01:00:00+03:00', '2016-12-31T22:00:00'],
    ['2016-02-29 23:59:59.999999', '2016-02-29T23:59:59.999999'],
    ['9999-12-31T23:59:59', '9999-12-31T23:59:59'],
    ['0001-01-01', '0001-01-01T00:00:00'],
  ])('takes the date %s for %s', async (date, answered) => {
    expect(await post(postedRefund('a', { date }))).toEqual(accepted);
    expect((await client.json<Refund>(`${refundsPath}a_kyiv-1/`)).date).toBe(answered);
  });

  it.each([
    ['milk', 'str'],
    ['', 'str'],
    [{}, 'dict'],
    [{ 0: postedLine() }, 'dict'],
    [5, 'int'],
    [-1.5, 'float'],
    [true, 'bool'],
    [12345678901234567890n, 'int'],
  ])('is refused as a list it is not, as a whole: products %p', async (products, type) => {
    const body = JSON.stringify(postedRefund('a', { products: 0 })).replace(
      '"products":0',
      `"products":${typeof products === 'bigint' ? String(products) : JSON.stringify(products)}`,
    );
    const errors = { products: { non_field_errors: [`Expected a list of items but got type "${type}".`] } };
    expect(await post(body)).toEqual([400, errors]);
    expect(await post(`[${body},${JSON.stringify(postedRefund('b'))}]`)).toEqual([400, [errors, {}]]);
  });

  it('has two names, which must agree', async () => {
    const document = omit(postedRefund('a'), 'document_id');
    expect(await post({ ...document, identifier: 'a' })).toEqual(accepted);
    expect(await post({ ...document, identifier: 'a', document_id: ' a' })).toEqual([201, { created: 0, updated: 1 }]);
    expect(await post({ ...document, identifier: 7, document_id: '7' })).toEqual(accepted);
    expect(await post({ ...document, identifier: 'a', document_id: 'b' })).toEqual([
      400,
      { document_id: ['This field and identifier must be the same.'] },
    ]);
    expect(await post({ ...document, identifier: '' })).toEqual([400, { identifier: [notBlank] }]);
  });
});

describe('a field of a line', () => {
  it.each(['product_id', 'receive_document_id', 'qty', 'price', 'total_price'])('must be there: %s', async (field) => {
    expect(await post(postedRefund('a', { products: [postedLine(), omit(postedLine(), field)] }))).toEqual([
      400,
      { products: [{}, { [field]: [required] }] },
    ]);
  });

  it.each([
    ['product_id', true, noString],
    ['product_id', '', notBlank],
    ['product_id', 'a'.repeat(151), longerThan(150)],
    ['receive_document_id', 'a'.repeat(301), longerThan(300)],
    ['receive_document_id', null, notNull],
    ['qty', null, notNull],
    ['qty', '', noNumber],
    ['qty', 'NaN', noNumber],
    ['qty', 'Infinity', noNumber],
    ['qty', true, noNumber],
    ['qty', [1], noNumber],
    ['qty', '1,5', noNumber],
    ['qty', '0x10', noNumber],
    ['price', '1.00000', 'Ensure that there are no more than 4 decimal places.'],
    ['price', 0.00001, 'Ensure that there are no more than 4 decimal places.'],
    ['price', '12345678901234567890', 'Ensure that there are no more than 19 digits in total.'],
    ['price', '1234567890123456', 'Ensure that there are no more than 15 digits before the decimal point.'],
    ['total_price', '9'.repeat(1001), 'String value too large.'],
  ])('is refused what it can’t be: %s %j', async (field, value, message) => {
    expect(await post(postedRefund('a', { products: [postedLine({ [field]: value })] }))).toEqual([
      400,
      { products: [{ [field]: [message] }] },
    ]);
  });

  it('is refused a number no column holds, however it is written', async () => {
    const withQty = (qty: string): string => JSON.stringify(postedRefund('a')).replace('"qty":1', `"qty":${qty}`);
    for (const qty of ['1e400', '-1e400', '12345678901234567890']) expect((await post(withQty(qty)))[0]).toBe(400);
    expect(await post(withQty('NaN'))).toMatchObject([
      400,
      { detail: expect.stringMatching(/^JSON parse error - /) as unknown },
    ]);
    expect(await post(withQty('1.00000'))).toEqual(accepted);
  });

  it('may be negative, or zero', async () => {
    expect(
      await post(postedRefund('a', { products: [postedLine({ qty: -1, price: 0, total_price: '-0.0000' })] })),
    ).toEqual(accepted);
    expect((await client.json<Refund>(`${refundsPath}a_kyiv-1/`)).products).toMatchObject([
      { qty: '-1.0000', price: '0.0000', total_price: '0.0000' },
    ]);
  });
});

describe('a body', () => {
  it('is one document or an array of them', async () => {
    expect(await post('null')).toEqual([400, { non_field_errors: ['No data provided'] }]);
    expect(await post('7')).toEqual([400, { non_field_errors: ['Invalid data. Expected a dictionary, but got int.'] }]);
    expect(await post([[postedRefund('a')]])).toEqual([
      400,
      [{ non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] }],
    ]);
    expect(await post([postedRefund('a'), null])).toEqual([400, [{}, [notNull]]]);
    expect(await post(postedRefund('a', { products: [null, postedLine(), 'milk', 5] }))).toEqual([
      400,
      {
        products: [
          [notNull],
          {},
          { non_field_errors: ['Invalid data. Expected a dictionary, but got str.'] },
          { non_field_errors: ['Invalid data. Expected a dictionary, but got int.'] },
        ],
      },
    ]);
    expect(await post(postedRefund('a', { products: [[postedLine()]] }))).toEqual([
      400,
      { products: [{ non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] }] },
    ]);
    expect((await post(''))[0]).toBe(400);
  });

  it('never has the same errors twice, for clients that look them up by value', async () => {
    const bad = omit(postedRefund('a'), 'date');
    expect(await post([bad, postedRefund('a'), bad, bad])).toEqual([
      400,
      [
        { date: [required] },
        {},
        { date: [required], non_field_errors: ['Item 2.'] },
        { date: [required], non_field_errors: ['Item 3.'] },
      ],
    ]);
  });

  it('is told all that is wrong with it, though no message holds that', async () => {
    const wrong = postedRefund('a', { products: Array.from({ length: 8 }, () => ({ qty: 'x', price: 'x' })) });
    const [status, errors] = await post(Array.from({ length: 2000 }, () => wrong));
    expect([status, (errors as object[]).length]).toEqual([400, 2000]);
    expect(JSON.stringify(errors).length).toBeGreaterThan(1024 * 1024);
  });

  it('holds at most 2,000 documents', async () => {
    const documents = Array.from({ length: 2001 }, (_, index) => postedRefund(index, { products: [] }));
    expect(await post(documents)).toEqual([
      400,
      { non_field_errors: ['Ensure this field has no more than 2000 elements.'] },
    ]);
    expect(await post(documents.slice(1))).toEqual([201, { created: 2000, updated: 0 }]);
  });

  it('is nested 32 deep at the most', async () => {
    const nested = (depth: number): string =>
      JSON.stringify(postedRefund('a')).replace('{', `{"unknown":${'['.repeat(depth)}${']'.repeat(depth)},`);
    expect(await post(nested(31))).toEqual(accepted);
    for (const depth of [50, 5000])
      expect(await post(nested(depth))).toMatchObject([
        400,
        { detail: expect.stringMatching(/^JSON parse error - /) as unknown },
      ]);
  });

  it('may name what nobody asked for', async () => {
    const odd = JSON.stringify(postedRefund('a')).replace(
      '{',
      '{"__proto__":{"date":"x","admin":true},"constructor":1,"toString":null,' +
        '"url":"http://evil.example","id":1,"account_id":1,',
    );
    expect(await post(odd)).toEqual(accepted);
    expect(await post(`[{"__proto__":${JSON.stringify(postedRefund('b'))}}]`)).toMatchObject([
      400,
      [{ date: [required], document_id: [required] }],
    ]);
    expect((await client.json<Refund>(`${refundsPath}a_kyiv-1/`)).url).toBe(
      `${system.url}/api/v1/${refundsPath}a_kyiv-1/`,
    );
  });

  it.each(['{"a":', '[{]', '{"a":1}}', "{'a': 1}", '\u{feff}{}x', '{"a":"\t"}'])(
    'is refused when it is no JSON: %j',
    async (body) => {
      expect(await post(body)).toMatchObject([
        400,
        { detail: expect.stringMatching(/^JSON parse error - /) as unknown },
      ]);
    },
  );

  it('is refused when it is no UTF-8', async () => {
    expect(await post(Buffer.from(JSON.stringify(postedRefund('é')), 'latin1'))).toMatchObject([
      400,
      { detail: expect.stringMatching(/^JSON parse error - /) as unknown },
    ]);
  });

  it.each(['text/plain', 'application/xml', 'x', ''])('of the type %j is not understood', async (type) => {
    expect(await post(postedRefund('a'), { 'content-type': type })).toEqual([
      415,
      { detail: `Unsupported media type "${type}" in request.` },
    ]);
  });
});

describe('a multipart form', () => {
  it.each([
    ['multipart/form-data', 'None'],
    ['multipart/form-data; boundary=', ''],
    ['Multipart/Form-Data; charset=utf-8', 'None'],
  ])('without a boundary is refused: %s', async (type, boundary) => {
    expect(await post('--edge--\r\n', { 'content-type': type })).toEqual([
      400,
      { detail: `Multipart form parse error - Invalid boundary in multipart: ${boundary}` },
    ]);
  });

  it('that breaks off is refused', async () => {
    expect(
      await post('--edge\r\ncontent-disposition: form-data; name="date"\r\n\r\n2017', {
        'content-type': 'multipart/form-data; boundary=edge',
      }),
    ).toMatchObject([400, { detail: expect.stringMatching(/^Multipart form parse error - /) as unknown }]);
  });
});

describe('a form', () => {
  const fields: [string, string][] = [
    ['identifier', 'a'],
    ['supplier_id', 's'],
    ['shop_id', 'kyiv-1'],
    ['date', '2017-1-1 15:39:00'],
    ['responsible', 'Ольга & Co'],
    ['products[1]product_id', 'bread'],
    ['products[0]product_id', 'milk'],
    ...[0, 1].flatMap((line): [string, string][] => [
      [`products[${line}]receive_document_id`, 'r'],
      [`products[${line}]qty`, '1'],
      [`products[${line}]price`, '2.5'],
      [`products[${line}]total_price`, '2.5'],
    ]),
  ];
  const saved = async (): Promise<Refund> => client.json<Refund>(`${refundsPath}a_kyiv-1/`);

  const multipart = (entries: readonly [string, string][]): string =>
    `${entries
      .map(([name, value]) => `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('')}--edge--\r\n`;

  it.each([
    ['urlencoded', new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'],
    ['multipart', multipart(fields), 'multipart/form-data; boundary=edge'],
  ])('%s is a document', async (_kind, body, type) => {
    expect(await post(body, { 'content-type': type })).toEqual(accepted);
    expect(await saved()).toMatchObject({
      document_id: 'a',
      responsible: 'Ольга & Co',
      description: null,
      products: [{ product_id: 'milk', price: '2.5000' }, { product_id: 'bread' }],
    });
  });

  it.each([
    ['urlencoded', 'identifier=a&products[0]qty=x', 'application/x-www-form-urlencoded'],
    [
      'multipart',
      multipart([
        ['identifier', 'a'],
        ['products[0]qty', 'x'],
      ]),
      'multipart/form-data; boundary=edge',
    ],
  ])('%s is refused as JSON is', async (_kind, body, type) => {
    expect(await post(body, { 'content-type': type })).toEqual([
      400,
      {
        supplier_id: [required],
        shop_id: [required],
        date: [required],
        products: [
          {
            product_id: [required],
            receive_document_id: [required],
            qty: [noNumber],
            price: [required],
            total_price: [required],
          },
        ],
      },
    ]);
  });

  it('that is broken is a parse error', async () => {
    for (const [body, type] of [
      ['x', 'multipart/form-data; boundary=edge'],
      ['x', 'multipart/form-data'],
      ['--edge\r\n', 'multipart/form-data; boundary=edge'],
    ] as const) {
      expect((await post(body, { 'content-type': type }))[0]).toBe(400);
    }
  });
});
