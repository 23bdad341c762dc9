import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { sendRaw, type Answer } from '../system/http.js';
import { SharedSystem } from '../system/shared-system.js';

const path = '/api/v1/oms/customers/list-simple/';
const all = 109;
const changed = '2023-10-06T08:42:53.427050Z';

let system: SharedSystem;
let client: Client;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  client = await system.newClient();
  await client.setup('channels').run();
  await client.setup('customers').run();
  await queryDatabase(
    system.databases.oms.ownerUrl,
    `update customer set modified_date = '${changed}' where omnitron_id = 55 and account_id = $1`,
    [await system.accountId(client.account)],
  );
});

afterAll(() => system.leave());

/** Asks with a query no HTTP client would send: its characters are bytes. */
const askRaw = (query: string, ...headers: string[]): Promise<Answer> =>
  sendRaw(
    system.url,
    `${[
      `GET ${path}?${query} HTTP/1.1`,
      `Host: ${new URL(system.url).host}`,
      `Authorization: Token ${client.token}`,
      'Connection: close',
      ...headers,
    ].join('\r\n')}\r\n\r\n`,
  );

/** How many customers a query finds. */
async function found(query: string): Promise<number> {
  const { status, json } = await askRaw(query);
  expect(status).toBe(200);
  return (json as { count: number }).count;
}

const notAChoice = (term: string): object => ({
  sort: [`Select a valid choice. ${term} is not one of the available choices.`],
});
const invalidPage = { detail: 'Invalid page.' };
const notFound = { detail: 'Not found.' };
const noNulls = ['Null characters are not allowed.'];
const noNumber = ['Enter a number.'];
const noInstant = ['Enter a valid date/time.'];

const texts = [
  'email',
  'first_name',
  'last_name',
  'phone_number',
  'erp_code',
  'email__exact',
  'first_name__exact',
  'last_name__exact',
  'phone_number__exact',
  'erp_code__exact',
];
const keys = ['channel_id', 'channel_id__exact'];
const numbers = ['id__gt', 'id__gte', 'id__lt', 'id__lte'];
const instants = [
  'modified_date',
  'modified_date__exact',
  'modified_date__gt',
  'modified_date__gte',
  'modified_date__lt',
  'modified_date__lte',
];

describe('the list of customers refuses', () => {
  it.each([
    ['id__gt=abc', { id__gt: noNumber }],
    ['id__gt=1,5', { id__gt: noNumber }],
    ['id__gt=1%00', { id__gt: noNumber }],
    ['id__gt=NaN', { id__gt: noNumber }],
    ['id__gt=Infinity', { id__gt: noNumber }],
    ['id__gt=abc&id__lte=1&id__lt=x', { id__gt: noNumber, id__lt: noNumber }],
    ['modified_date__gte=yesterday', { modified_date__gte: noInstant }],
    ['modified_date=2023-02-30', { modified_date: noInstant }],
    ['modified_date=2023-10-06T25:00:00Z', { modified_date: noInstant }],
    ['modified_date=2023-10-06T11:42:53+0x:00', { modified_date: noInstant }],
    ['modified_date__lt=0000-01-01', { modified_date__lt: noInstant }],
    ['modified_date__lt=%00', { modified_date__lt: noInstant }],
    ['sort=password', notAChoice('password')],
    ['sort=id;drop%20table', notAChoice('id;drop table')],
    ['sort=--id', notAChoice('--id')],
    ['sort=id,%00', notAChoice('\0')],
    ['sort=email', notAChoice('email')],
  ])('%s', async (query, errors) => {
    const { status, json } = await askRaw(query);
    expect([status, json]).toEqual([400, errors]);
  });

  it.each([...texts, ...keys])('a NUL in %s', async (name) => {
    const { status, json } = await askRaw(`${name}=a%00b`);
    expect([status, json]).toEqual([400, { [name]: noNulls }]);
  });

  it.each([...numbers.map((name) => [name, noNumber] as const), ...instants.map((name) => [name, noInstant] as const)])(
    '10,000 characters as %s',
    async (name, errors) => {
      const { status, json } = await askRaw(`${name}=${'x'.repeat(10_000)}`);
      expect([status, json]).toEqual([400, { [name]: errors }]);
    },
  );

  it.each(['0', '-1', '1e3', '999999999999', '12', '1.5', 'first', '%00', '%D9%A1%2F'])('page=%s', async (page) => {
    const { status, json } = await askRaw(`page=${page}`);
    expect([status, json]).toEqual([404, invalidPage]);
  });

  it.each(['pdf', 'API', 'CSV', 'csv%00', '..', 'x'.repeat(10_000)])('format=%s', async (format) => {
    const { status, json } = await askRaw(`format=${format}`);
    expect([status, json]).toEqual([404, notFound]);
  });

  it('bytes in the query that HTTP does not allow', async () => {
    for (const bytes of ['\xff', '\xc3\x28', '\xed\xa0\x80', '\0', 'a b']) {
      const { status, json } = await askRaw(`email=${bytes}`);
      expect([bytes, status, json]).toEqual([bytes, 400, { detail: 'Malformed request.' }]);
    }
  });
});

describe('the list of customers understands', () => {
  it.each([
    ['id__gt=1e9', 0],
    ['id__lt=1e9', all],
    ['id__gt=99999999999999999999', 0],
    ['id__lt=99999999999999999999', all],
    ['id__gt=-99999999999999999999', all],
    [`id__lt=${'9'.repeat(10_000)}`, all],
    ['id__lt=1e999999999999', all],
    ['id__gt=%20-1.5%20', all],
    ['email=', all],
    ['email=%20%09', all],
    ['email', all],
    ['=&&=1&%', all],
    ['sort=', all],
    ['sort=,', all],
    ['sort=,,id,', all],
    ['sort=id,id,-id', all],
    ['sort=password&sort=id', all],
    ['email=nobody&email=ali.test@akinon.com', 1],
    ['email=nobody&email=', all],
    ['id__gt=abc&id__gt=0', all],
    ['page=', all],
    ['page=x&page=1', all],
    ['page=%2B1', all],
    ['page=01', all],
    ['modified_date__lt=0001-01-01T00:00:00%2B14:00', 0],
    ['modified_date__gt=0001-01-01T00:00:00%2B14:00', all],
    ['modified_date__gt=9999-12-31T23:59:59-14:00', 0],
    ['modified_date=2023-10-06T08:42:53.427050Z', 1],
    ['modified_date=2023-10-06T11:42:53.427050%2B03:00', 1],
    ['modified_date=2023-10-06T11:42:53.427050+03:00', 1],
    ['modified_date=2023-10-06T08:42:53.427050', 1],
    ['modified_date=2023-10-06%2008:42:53.427050', 1],
    ['modified_date__lt=2023-10-06T11:42:53+03:00', 0],
    ['modified_date__lt=2023-10-06', 0],
    ['modified_date__lt=2023-10-07', 1],
    ['modified_date__lt=2023-10-06T08:42:53', 0],
    ['modified_date__lt=2023-10-06T08:42:54Z', 1],
  ])('%s', async (query, count) => {
    expect(await found(query)).toBe(count);
  });

  it.each([...texts, ...keys])('10,000 characters as %s, which nobody has', async (name) => {
    expect(await found(`${name}=${'x'.repeat(10_000)}`)).toBe(0);
  });

  it.each([...texts, ...keys])('bytes in %s that are no UTF-8, which nobody has', async (name) => {
    for (const bytes of ['%ff', '%c3%28', '%ed%a0%80', '%ed%a0%bd%ed%b8%80', '%F0%9F%98'])
      expect(await found(`${name}=${bytes}`)).toBe(0);
  });

  it.each(
    ['0', '-5', 'x', '', '1.5', '1e1', '%00', '%ff', '0x10', '٣'].map((size) => encodeURI(size).replaceAll('%25', '%')),
  )('page_size=%s as the size of a page by default', async (size) => {
    expect(((await askRaw(`page_size=${size}`)).json as { results: unknown[] }).results).toHaveLength(10);
  });

  it('any size that is too large as the largest', async () => {
    for (const size of ['101', '999999999999', '9'.repeat(400)])
      expect(((await askRaw(`page_size=${size}`)).json as { results: unknown[] }).results).toHaveLength(100);
  });
});

describe('whatever the list of customers is asked', () => {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => `%${code.toString(16).padStart(2, '0')}`);
  const printable = fc.constantFrom(...Array.from('abz019%/?&=+.~*\'()-_,;:@!$[]{}|^`"<>\\'));
  const junk = fc.array(fc.oneof(printable, byte), { maxLength: 30 }).map((characters) => characters.join(''));
  const instant = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const known = fc.constantFrom(
    'last',
    '-id,modified_date',
    ',',
    '1e999',
    '9'.repeat(400),
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-14:00',
    '%ED%A0%80',
    '%00',
    'json',
    'a'.repeat(2000),
  );
  const value = fc.oneof(junk, fc.integer().map(String), fc.double().map(String), instant, known);
  const name = fc.oneof(
    fc.constantFrom(
      ...texts,
      ...keys,
      ...numbers,
      ...instants,
      'sort',
      'page',
      'page_size',
      'limit',
      'format',
      'cursor',
      'bom',
    ),
    junk,
  );
  const query = fc
    .array(fc.tuple(name, value), { maxLength: 6 })
    .map((parameters) => parameters.map((parameter) => parameter.join('=')).join('&'));

  it('the answer is JSON in the form of the family, and no fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const { status, headers, json } = await askRaw(text);
        expect([200, 400, 404]).toContain(status);
        expect(headers['content-type']).toBe('application/json');
        expect(Object.keys(json as object)).toEqual(expectedKeys(status, json as object));
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });

  /** A page, one sentence, or the messages of the parameters that are refused. */
  function expectedKeys(status: number, body: object): unknown {
    if (status === 200) return ['count', 'next', 'previous', 'results'];
    if (status === 404 || 'detail' in body) return ['detail'];
    expect(
      Object.values(body).every(
        (messages) => Array.isArray(messages) && messages.every((message) => typeof message === 'string'),
      ),
    ).toBe(true);
    return expect.arrayContaining([expect.stringMatching(/^[a-z_]+$/)]);
  }
});
