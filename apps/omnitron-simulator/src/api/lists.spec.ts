import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSimulator, type ListBody } from '../testing/running-simulator.js';

const rows = [
  { pk: 5, name: 'e', order: 1, modified_date: '2024-01-01T00:00:00.000002Z' },
  { pk: 2, name: 'b', order: 2, modified_date: '2024-01-01T00:00:00Z' },
  { pk: 4, name: 'd', order: null, modified_date: '2024-01-01T03:00:00.000001+03:00' },
  { pk: 1, name: 'a', order: 2, modified_date: '2023-12-31T23:59:59.999999Z' },
  { pk: 3, name: 'c', order: 1, modified_date: '2024-01-01T00:00:00.000002Z' },
];

const days = Array.from({ length: 12 }, (_, index) => index + 11);

describe('listing a resource', () => {
  let omnitron: RunningSimulator;
  beforeAll(async () => {
    omnitron = await RunningSimulator.start();
    await omnitron.send('PUT', '/_control/resources/customers', rows);
  });
  afterAll(() => omnitron.close());

  it('is in the order of the pk, ten at a time, in an envelope', async () => {
    const body = await omnitron.list('/api/v1/cancellation_reasons/');
    expect(body).toMatchObject({
      count: 15,
      next: `${omnitron.url}/api/v1/cancellation_reasons/?page=2`,
      previous: null,
    });
    expect(body.results.map((row) => row.pk)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('links absolutely, with sorted parameters, and to page 1 without a page', async () => {
    const middle = await omnitron.list('/api/v1/customers?sort=pk&page=2&limit=2');
    expect(middle.next).toBe(`${omnitron.url}/api/v1/customers?limit=2&page=3&sort=pk`);
    expect(middle.previous).toBe(`${omnitron.url}/api/v1/customers?limit=2&sort=pk`);
    const last = await omnitron.list('/api/v1/customers/?limit=2&page=3');
    expect(last).toMatchObject({ count: 5, next: null, results: [{ pk: 5 }] });
  });

  it.each([
    ['0', 5],
    ['-1', 5],
    ['many', 5],
    ['', 5],
    ['3', 3],
    ['5000', 5],
  ])('takes limit=%s', async (limit, length) => {
    expect(await omnitron.pks(`/api/v1/customers/?limit=${limit}`)).toHaveLength(length);
  });

  it('gives at most a thousand rows a page', async () => {
    await omnitron.send(
      'PUT',
      '/_control/resources/districts',
      Array.from({ length: 1001 }, (_, index) => ({ pk: index + 1 })),
    );
    expect(await omnitron.pks('/api/v1/districts/?limit=1001')).toHaveLength(1000);
  });

  it.each(['3', '0', '-1', 'two'])('has no page %s', async (page) => {
    const response = await omnitron.get(`/api/v1/customers/?limit=4&page=${page}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: 'Invalid page.' });
  });

  it.each([
    ['pk', [1, 2, 3, 4, 5]],
    ['pk,-name', [1, 2, 3, 4, 5]],
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
    expect(await response.json()).toEqual({
      sort: ['Select a valid choice. colour is not one of the available choices.'],
    });
  });

  it.each([
    ['modified_date__gte=2024-01-01T00:00:00.000001Z', [3, 4, 5]],
    ['modified_date__gte=2024-01-01T00:00:00.000002', [3, 5]],
    ['modified_date__gte=2024-01-01', [2, 3, 4, 5]],
    ['modified_date__gte=2024-01-01T03:00:00.000002+03:00', [3, 5]],
    ['modified_date__gte=', [1, 2, 3, 4, 5]],
    ['pk=4', [4]],
    ['pk=99', []],
    ['pk=2.5', []],
    ['pk__gt=2.5', [3, 4, 5]],
    ['pk__gt=-7', [1, 2, 3, 4, 5]],
    ['pk__gt=5', []],
    ['pk=4&pk__gt=4', []],
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

describe('reading through all districts', () => {
  let omnitron: RunningSimulator;
  beforeAll(async () => {
    omnitron = await RunningSimulator.start();
  });
  afterAll(() => omnitron.close());

  it('by windows of the pk adds up to the whole', async () => {
    const seen: number[] = [];
    let window: ListBody;
    do {
      window = await omnitron.list(`/api/v1/districts/?sort=pk&pk__gt=${seen.at(-1) ?? 0}&limit=1000`);
      seen.push(...window.results.map((row) => row.pk));
    } while (window.next);
    expect(seen).toHaveLength(73_256);
    expect(seen.filter((pk, index) => pk <= (seen[index - 1] ?? 0))).toEqual([]);
  });

  it('tells the one changed last, again and again between other questions', async () => {
    const latest = (): Promise<readonly number[]> => omnitron.pks('/api/v1/districts/?sort=-modified_date,-pk&limit=1');
    const [before] = await latest();
    await omnitron.send('PATCH', '/_control/resources/districts/5400', { name: 'İstiklal' });
    expect(await latest()).toEqual([5400]);
    expect(await omnitron.pks('/api/v1/districts/?sort=-pk&limit=1')).not.toEqual([5400]);
    await omnitron.send('DELETE', '/_control/resources/districts/5400');
    expect(await latest()).toEqual([before]);
  });
});

describe('asking many different questions', () => {
  let omnitron: RunningSimulator;
  beforeAll(async () => {
    omnitron = await RunningSimulator.start();
    await omnitron.send(
      'PUT',
      '/_control/resources/customers',
      days.map((day) => ({ pk: day, modified_date: `2024-01-${day}` })),
    );
  });
  afterAll(() => omnitron.close());

  it('answers each rightly, the first time and when it comes again', async () => {
    for (const day of [...days, ...days, ...days.toReversed()]) {
      const pks = await omnitron.pks(
        `/api/v1/customers/?limit=100&modified_date__gte=2024-01-${day}&sort=-modified_date`,
      );
      expect(pks).toEqual(days.filter((other) => other >= day).toReversed());
    }
  });
});

describe('listing in array form', () => {
  let omnitron: RunningSimulator;
  beforeAll(async () => {
    omnitron = await RunningSimulator.start({ answers: 'array' });
  });
  afterAll(() => omnitron.close());

  it('answers with the rows of the page alone, and with none beyond the last', async () => {
    const second = (await (await omnitron.get('/api/v1/cancellation_reasons/?page=2')).json()) as unknown[];
    expect(second).toHaveLength(5);
    const third = await omnitron.get('/api/v1/cancellation_reasons/?page=3');
    expect(third.status).toBe(200);
    expect(await third.json()).toEqual([]);
  });
});
