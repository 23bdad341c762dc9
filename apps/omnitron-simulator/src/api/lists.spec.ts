import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSimulator } from '../testing/running-simulator.js';

const rows = [
  { pk: 5, name: 'e', order: 1, modified_date: '2024-01-01T00:00:00.000002Z' },
  { pk: 2, name: 'b', order: 2, modified_date: '2024-01-01T00:00:00Z' },
  { pk: 4, name: 'd', order: null, modified_date: '2024-01-01T03:00:00.000001+03:00' },
  { pk: 1, name: 'a', order: 2, modified_date: '2023-12-31T23:59:59.999999Z' },
  { pk: 3, name: 'c', order: 1, modified_date: '2024-01-01T00:00:00.000002Z' },
];

describe('listing a resource', () => {
  let omnitron: RunningSimulator;
  beforeAll(async () => {
    omnitron = await RunningSimulator.start();
    await omnitron.send('PUT', '/_control/resources/customers', rows);
  });
  afterAll(() => omnitron.close());

  it('is in the order of the pk, ten at a time, in an envelope', async () => {
    const body = await omnitron.list('/api/v1/cancellation_reasons/');
    expect(body).toMatchObject({ count: 15, next: `${omnitron.url}/api/v1/cancellation_reasons/?page=2`, previous: null });
    expect(body.results.map((row) => row.pk)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('links absolutely, with sorted parameters, and to page 1 without a page', async () => {
    const middle = await omnitron.list('/api/v1/customers?sort=pk&page=2&limit=2');
    expect(middle.next).toBe(`${omnitron.url}/api/v1/customers?limit=2&page=3&sort=pk`);
    expect(middle.previous).toBe(`${omnitron.url}/api/v1/customers?limit=2&sort=pk`);
    const last = await omnitron.list('/api/v1/customers/?limit=2&page=3');
    expect(last).toMatchObject({ count: 5, next: null, results: [{ pk: 5 }] });
  });

  it.each([['0', 5], ['-1', 5], ['many', 5], ['', 5], ['3', 3], ['5000', 5]])('takes limit=%s', async (limit, length) => {
    expect(await omnitron.pks(`/api/v1/customers/?limit=${limit}`)).toHaveLength(length);
  });

  it('gives at most a thousand rows a page', async () => {
    await omnitron.send('PUT', '/_control/resources/districts', Array.from({ length: 1001 }, (_, index) => ({ pk: index + 1 })));
    expect(await omnitron.pks('/api/v1/districts/?limit=1001')).toHaveLength(1000);
  });

  it.each(['3', '0', '-1', 'two'])('has no page %s', async (page) => {
    const response = await omnitron.get(`/api/v1/customers/?limit=4&page=${page}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: 'Invalid page.' });
  });

  it.each([
    ['pk', [1, 2, 3, 4, 5]],
    ['-pk', [5, 4, 3, 2, 1]],
    ['order', [3, 5, 1, 2, 4]],
    ['-order', [4, 1, 2, 3, 5]],
    ['order,-name', [5, 3, 2, 1, 4]],
    ['modified_date', [1, 2, 4, 3, 5]],
    ['-modified_date', [3, 5, 4, 2, 1]],
  ])('sorts by %s, ties by pk', async (sort, pks) => {
    expect(await omnitron.pks(`/api/v1/customers/?sort=${sort}`)).toEqual(pks);
  });

  it('refuses to sort by a field that no row has', async () => {
    const response = await omnitron.get('/api/v1/customers/?sort=pk,colour');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ sort: ['Select a valid choice. colour is not one of the available choices.'] });
  });

  it.each([
    ['modified_date__gte=2024-01-01T00:00:00.000001Z', [3, 4, 5]],
    ['modified_date__gte=2024-01-01T00:00:00.000002', [3, 5]],
    ['modified_date__gte=2024-01-01', [2, 3, 4, 5]],
    ['modified_date__gte=2024-01-01T03:00:00.000002+03:00', [3, 5]],
    ['modified_date__gte=', [1, 2, 3, 4, 5]],
    ['pk=4', [4]],
    ['pk=99', []],
    ['pk__gt=1&pk__gt=3', [4, 5]],
    ['pk__gt=2&modified_date__gte=2024-01-01T00:00:00.000002Z', [3, 5]],
  ])('filters by %s', async (query, pks) => {
    expect(await omnitron.pks(`/api/v1/customers/?${query}`)).toEqual(pks);
  });

  it.each([
    ['pk=four', { pk: ['Enter a number.'] }],
    ['modified_date__gte=yesterday', { modified_date__gte: ['Enter a valid date/time.'] }],
    ['modified_date__gte=2024-02-30', { modified_date__gte: ['Enter a valid date/time.'] }],
  ])('refuses %s', async (query, body) => {
    const response = await omnitron.get(`/api/v1/customers/?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(body);
  });
});

describe('listing in array form', () => {
  let omnitron: RunningSimulator;
  beforeAll(async () => { omnitron = await RunningSimulator.start({ answers: 'array' }); });
  afterAll(() => omnitron.close());

  it('answers with the rows of the page alone, and with none beyond the last', async () => {
    const second = (await (await omnitron.get('/api/v1/cancellation_reasons/?page=2')).json()) as unknown[];
    expect(second).toHaveLength(5);
    const third = await omnitron.get('/api/v1/cancellation_reasons/?page=3');
    expect(third.status).toBe(200);
    expect(await third.json()).toEqual([]);
  });
});
