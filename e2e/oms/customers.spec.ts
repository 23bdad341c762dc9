import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { omit } from '../system/omit.js';
import { RunningSystem } from '../system/running-system.js';

interface Customer {
  readonly id: number;
  readonly created_date: string;
  readonly modified_date: string;
  readonly omnitron_id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly phone_number: string | null;
  readonly erp_code: string | null;
  readonly channel: number | null;
}

interface Page {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly Customer[];
}

const path = '/api/v1/oms/customers/list-simple/';
/** The document's answer (oms-customers.txt). */
const documented = JSON.parse(
  readFileSync(new URL('../documents/oms-customers/list.json', import.meta.url), 'utf8'),
) as Page;
const upstream = 109;

let system: RunningSystem;
let client: Client;

beforeAll(async () => {
  system = await RunningSystem.start();
  client = await system.newClient();
  await client.setup('channels').run();
  await client.setup('customers').run();
});

afterAll(() => system.stop());

const page = (query = ''): Promise<Page> => client.json(path + query);
const keys = async (query: string): Promise<number[]> => (await page(query)).results.map(({ omnitron_id: key }) => key);

describe('the list of customers', () => {
  it("is the document's, but for our dates", async () => {
    const { count, next, results } = await page();
    expect(count).toBe(documented.count);
    expect(next).toBe(`${system.url}${path}?page=2`);
    const ours = (customer: Customer): object => omit(customer, 'created_date', 'modified_date');
    expect(results.map(ours)).toEqual(documented.results.map(ours));
    expect(results.map((customer) => Object.keys(customer))).toEqual(
      documented.results.map((customer) => Object.keys(customer)),
    );
  });

  it('is described as the document describes it, key for key and in order', async () => {
    const { status, text } = await client.request('OPTIONS', path);
    expect([status, text]).toEqual([
      200,
      JSON.stringify(
        JSON.parse(readFileSync(new URL('../documents/oms-customers/options.json', import.meta.url), 'utf8')),
      ),
    ]);
  });

  it('has every customer once on its pages', async () => {
    const found: number[] = [];
    for (let number = 1; number <= 11; number++) found.push(...(await keys(`?page=${number}`)));
    expect(new Set(found).size).toBe(upstream);
    expect(found).toHaveLength(upstream);
    expect((await client.get(`${path}?page=12`)).status).toBe(404);
    expect(await keys('?page=last')).toEqual(found.slice(-9));
  });

  it.each([
    ['email=ipek.test@akinon.com', [56]],
    ['email__exact=ipek.test@akinon.com', [56]],
    ['email=', undefined],
    ['first_name=Tu%C4%9F%C3%A7e', [60]],
    ['phone_number=05555554433', [55]],
    ['erp_code=ERP-111', [111]],
    ['channel_id=abc', []],
    ['channel_id=01', []],
    ['channel_id=99999999999999999999', []],
    ['id__gt=1e9', []],
    ['id__lte=1.5', [55]],
    ['id__gt=99999999999999999999', []],
    ['id__lt=99999999999999999999&email=ali.test@akinon.com', [55]],
    ['email=nobody&email=ali.test@akinon.com', [55]],
    ['modified_date__gte=2999-01-01', []],
    ['modified_date__gt=2999-9-5%201:2:3', []],
    ['modified_date__lt=2999-9-5%201:2:3%2B03:00&email=ali.test@akinon.com', [55]],
  ])('is filtered by %s', async (query, expected) => {
    if (expected === undefined) expect((await page(`?${query}`)).count).toBe(upstream);
    else expect(await keys(`?${query}`)).toEqual(expected);
  });

  it('takes a filter of any length', async () => {
    expect(await keys(`?first_name=${'x'.repeat(10_000)}`)).toEqual([]);
  });

  it("is filtered by the channel's own key of ours", async () => {
    const [first] = (await page()).results;
    const { count, results } = await page(`?channel_id=${first?.channel}&page_size=100`);
    expect(results.every(({ channel }) => channel === first?.channel)).toBe(true);
    expect(count).toBe(results.length);
    expect(count).toBeLessThan(upstream);
  });

  it.each([
    ['id__gt=abc', { id__gt: ['Enter a number.'] }],
    ['modified_date__gte=yesterday', { modified_date__gte: ['Enter a valid date/time.'] }],
    ['sort=password', { sort: ['Select a valid choice. password is not one of the available choices.'] }],
    ['sort=id;drop%20table', { sort: ['Select a valid choice. id;drop table is not one of the available choices.'] }],
    ['email=%00', { email: ['Null characters are not allowed.'] }],
  ])('refuses %s', async (query, errors) => {
    const { status, json } = await client.get(`${path}?${query}`);
    expect([status, json]).toEqual([400, errors]);
  });

  it('compares microseconds', async () => {
    await queryDatabase(
      system.databases.oms.ownerUrl,
      `update customer set modified_date = '2023-10-06T08:42:53.427050Z' where omnitron_id = 55`,
    );
    for (const [term, expected] of [
      ['gt=2023-10-06T08:42:53.427050Z', false],
      ['gt=2023-10-06T08:42:53.427049Z', true],
      ['lte=2023-10-06T11:42:53.427050+03:00', true],
      ['lt=2023-10-06T08:42:53.427050Z', false],
    ] as const) {
      expect([term, (await keys(`?email=ali.test@akinon.com&modified_date__${term}`)).length > 0]).toEqual([
        term,
        expected,
      ]);
    }
    expect((await page('?modified_date=2023-10-06T11:42:53.427050+03:00')).results[0]).toMatchObject({
      omnitron_id: 55,
      modified_date: '2023-10-06T08:42:53.427050Z',
    });
  });

  it('sorts by the date of the last change, both ways', async () => {
    const [up, down] = [
      (await page('?sort=modified_date&page_size=100')).results,
      (await page('?sort=-modified_date&page_size=100')).results,
    ];
    const dates = up.map(({ modified_date: date }) => date);
    expect(dates).toEqual(dates.toSorted());
    const fallingDates = down.map(({ modified_date: date }) => date);
    expect(fallingDates).toEqual(fallingDates.toSorted().toReversed());
  });
});

describe('the list as a file', () => {
  const header = 'id,created_date,modified_date,omnitron_id,email,first_name,last_name,phone_number,erp_code,channel';
  const linesOf = (text: string): string[] => text.trimEnd().split('\r\n');

  it.each(['?format=csv', '?format=csv&sort=-id'])('is whole without a page: %s', async (query) => {
    const { status, headers, text } = await client.get(path + query);
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      200,
      expect.stringMatching(/^text\/csv/),
      expect.stringMatching(/^attachment; filename=.*\.csv"/),
    ]);
    expect(linesOf(text)[0]).toBe(header);
    expect(linesOf(text)).toHaveLength(1 + upstream);
  });

  it('is asked for by Accept too, and is the page that is asked for', async () => {
    const { text } = await client.get(`${path}?page=2`, { accept: 'text/csv' });
    const keysOfPage = linesOf(text)
      .slice(1)
      .map((line) => Number(line.split(',')[3]));
    expect(keysOfPage).toEqual(await keys('?page=2'));
  });

  it('is filtered, and empty but for its header when nothing is found', async () => {
    expect(linesOf((await client.get(`${path}?format=csv&email=ipek.test@akinon.com`)).text)[1]).toMatch(
      /ipek\.test@akinon\.com,İpek,Test,05555432100,,\d+$/,
    );
    expect(linesOf((await client.get(`${path}?format=csv&email=nobody`)).text)).toEqual([header]);
  });

  it.each([
    ['xls', 'application/xls'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ])('is a workbook as %s', async (format, mediaType) => {
    const { status, headers, text } = await client.get(`${path}?format=${format}`);
    expect([status, headers['content-type'], text.slice(0, 2)]).toEqual([200, mediaType, 'PK']);
  });

  it('is refused in JSON', async () => {
    for (const [query, status] of [
      ['?format=csv&id__gt=abc', 400],
      ['?format=csv&page=999', 404],
      ['?format=pdf', 404],
    ] as const) {
      const answer = await client.get(path + query);
      expect([query, answer.status, answer.headers['content-type']]).toEqual([query, status, 'application/json']);
    }
  });
});

describe('customers come over', () => {
  beforeEach(() => system.simulator.forgetRequests());

  it('with one question and no row written when nothing is new', async () => {
    const before = await page('?page_size=100');
    expect(await client.setup('customers').run()).toMatchObject({
      status: 'FINISHED',
      levels: [{ name: 'customers', seen: 0, inserted: 0 }],
    });
    expect(await system.simulator.pagesAsked('customers')).toBe(1);
    expect(await page('?page_size=100')).toEqual(before);
  });

  it('when they were modified, and nobody else is written', async () => {
    const before = await page('?page_size=100');
    await system.simulator.changeRow('customers', 60, { phone_number: '0212 000 00 00', email: null });
    await system.simulator.addRows('customers', {
      pk: 9001,
      email: 'new@example.com',
      first_name: 'Yeni',
      last_name: 'Test',
      channel: 3,
    });
    await client.setup('customers').run();
    const after = await page('?page_size=100');
    expect(after.count).toBe(upstream + 1);
    const changed = after.results.filter(
      (customer, index) => JSON.stringify(customer) !== JSON.stringify(before.results[index]),
    );
    expect(changed).toMatchObject([{ omnitron_id: 60, phone_number: '0212 000 00 00', email: '' }]);
  });

  it('never in an older version than is here', async () => {
    await system.simulator.changeRow('customers', 61, { first_name: 'Newer' });
    await client.setup('customers').run();
    await system.simulator.changeRow('customers', 61, {
      first_name: 'Older',
      modified_date: '2023-01-01T00:00:00.000001Z',
    });
    await system.simulator.changeRow('customers', 66, { last_name: 'Dated now' });
    await client.setup('customers').run();
    expect((await page('?email=veli.test@akinon.com')).results[0]).toMatchObject({ first_name: 'Newer' });
  });

  it("without their channel while it isn't here, and with it when it has come", async () => {
    await system.simulator.addRows('customers', {
      pk: 9002,
      email: 'early@example.com',
      first_name: 'Early',
      last_name: 'Bird',
      channel: 77,
    });
    expect(await client.setup('customers').run()).toMatchObject({
      status: 'FINISHED',
      levels: [{ problems: [{ omnitron_id: 9002, reason: 'There is no channel 77 here.' }] }],
    });
    expect((await page('?email=early@example.com')).results[0]).toMatchObject({ channel: null });
    await system.simulator.addRows('channels', {
      pk: 77,
      name: 'Late',
      channel_type: 'web',
      configuration: {},
      is_active: true,
    });
    await client.setup('channels').run();
    expect(await client.setup('customers').run()).toMatchObject({ levels: [{ problems: [] }] });
    expect((await page('?email=early@example.com')).results[0]?.channel).toEqual(expect.any(Number));
  });
});
