import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { credentials, RunningSimulator } from '../testing/running-simulator.js';

let omnitron: RunningSimulator;
beforeEach(async () => {
  omnitron = await RunningSimulator.start();
});
afterEach(() => omnitron.close());

async function refusal(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await omnitron.send(method, path, body);
  expect(response.status).toBe(400);
  return ((await response.json()) as { detail: unknown }).detail;
}

describe('controlling the rows', () => {
  const channels = '/_control/resources/channels';

  it('replaces them all, in any order', async () => {
    expect((await omnitron.send('PUT', channels, [{ pk: 8 }, { pk: 7 }])).status).toBe(204);
    expect(await omnitron.pks('/api/v1/channels/')).toEqual([7, 8]);
  });

  it('adds one or several, dated now unless they bring dates', async () => {
    expect(
      (await omnitron.send('POST', channels, { pk: 8, modified_date: '2024-01-01T00:00:00.000001Z' })).status,
    ).toBe(201);
    expect((await omnitron.send('POST', `${channels}/`, [{ pk: 7 }, { pk: 9 }])).status).toBe(201);
    expect(await omnitron.pks('/api/v1/channels/')).toEqual([3, 5, 7, 8, 9]);
    expect((await omnitron.list('/api/v1/channels/?pk=8')).results[0]?.modified_date).toBe(
      '2024-01-01T00:00:00.000001Z',
    );
    expect(await omnitron.pks('/api/v1/channels/?modified_date__gte=2025-01-01')).toEqual([7, 9]);
  });

  it('merges fields into one and moves its modified_date each time', async () => {
    const first = (await (await omnitron.send('PATCH', `${channels}/3`, { name: 'Mağaza' })).json()) as {
      modified_date: string;
    };
    const second = (await (await omnitron.send('PATCH', `${channels}/3`, { is_active: false })).json()) as {
      modified_date: string;
    };
    expect(second).toMatchObject({
      pk: 3,
      name: 'Mağaza',
      channel_type: 'web',
      is_active: false,
      created_date: '2023-05-29T07:58:40.114502Z',
    });
    expect(second.modified_date > first.modified_date).toBe(true);
    expect(await omnitron.pks('/api/v1/channels/?sort=-modified_date')).toEqual([3, 5]);
  });

  it('takes the modified_date that it is given', async () => {
    const response = await omnitron.send('PATCH', `${channels}/3`, { modified_date: '2022-01-01T00:00:00.000001Z' });
    expect(await response.json()).toMatchObject({ modified_date: '2022-01-01T00:00:00.000001Z' });
  });

  it('removes one', async () => {
    expect((await omnitron.send('DELETE', `${channels}/3`)).status).toBe(204);
    expect(await omnitron.pks('/api/v1/channels/')).toEqual([5]);
  });

  it.each([
    ['PATCH', { name: 'x' }],
    ['DELETE', undefined],
  ])('answers %s of a row that is not there with 404', async (method, body) => {
    expect((await omnitron.send(method, `${channels}/99`, body)).status).toBe(404);
  });

  it.each([
    [
      'PUT',
      '/_control/resources/orders',
      [],
      'Unknown resource "orders": it must be one of cancellation_reasons, channels, countries, cities, ' +
        'townships, districts, customers.',
    ],
    ['PUT', channels, {}, 'The list of rows must be an array.'],
    ['PUT', channels, [{ pk: '1' }], 'Row 0 must have an integer pk.'],
    ['PUT', channels, [{ pk: 1 }, { pk: 1 }], 'The pk 1 stands there twice.'],
    ['POST', channels, { pk: 3 }, 'The pk 3 stands there twice.'],
    ['PATCH', `${channels}/3`, { pk: 4 }, 'The pk of a row does not change.'],
    ['PATCH', `${channels}/3`, [], 'The body must be an object.'],
    ['DELETE', `${channels}/three`, undefined, 'A pk is a whole number, not "three".'],
  ])('refuses %s %s %j', async (method, path, body, detail) => {
    expect(await refusal(method, path, body)).toBe(detail);
  });
});

describe('controlling the answers', () => {
  it('refuses a body that is no JSON', async () => {
    const response = await fetch(`${omnitron.url}/_control/answers`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ detail: expect.stringContaining('JSON') });
  });

  it('changes their form', async () => {
    expect((await omnitron.send('PUT', '/_control/answers', { mode: 'array' })).status).toBe(204);
    expect(await (await omnitron.get('/api/v1/channels/')).json()).toMatchObject([{ pk: 3 }, { pk: 5 }]);
    await omnitron.send('PUT', '/_control/answers', { mode: 'envelope' });
    expect(await omnitron.list('/api/v1/channels/')).toMatchObject({ count: 2 });
  });

  it('refuses a form that there is not', async () => {
    expect(await refusal('PUT', '/_control/answers', { mode: 'xml' })).toBe(
      'Unknown mode "xml": it must be one of envelope, array.',
    );
  });

  it.each([
    [{ kind: 'latency', ms: 1 }, 'The list of faults must be an array.'],
    [['latency'], 'Fault 0 must be an object.'],
    [[{ kind: 'gremlins' }], expect.stringMatching(/^Unknown fault kind "gremlins": it must be one of latency, /)],
    [[{ kind: 'latency' }], 'latency needs ms, the milliseconds to wait.'],
    [
      [{ kind: 'redirect', evry: 2 }],
      'Unknown option of redirect "evry": it must be one of kind, resource, page, every, times, ms, retryAfter.',
    ],
    [[{ kind: 'redirect', every: 0 }], 'every must be a whole number, 1 or more.'],
    [[{ kind: 'redirect', resource: 'orders' }], expect.stringMatching(/^Unknown resource "orders": /)],
  ])('refuses the faults %j', async (body, detail) => {
    expect(await refusal('PUT', '/_control/faults', body)).toEqual(detail);
  });
});

describe('observing', () => {
  it('counts what was asked of the API, and not the control calls', async () => {
    await omnitron.get('/api/v1/channels/?limit=1');
    await omnitron.get('/api/v1/channels');
    await omnitron.get('/moved/');
    expect(await (await omnitron.send('GET', '/_control/requests')).json()).toEqual({
      total: 4,
      logins: 1,
      byResource: {
        cancellation_reasons: 0,
        channels: 2,
        countries: 0,
        cities: 0,
        townships: 0,
        districts: 0,
        customers: 0,
      },
      recent: [
        ['POST', '/api/v1/auth/login/'],
        ['GET', '/api/v1/channels/?limit=1'],
        ['GET', '/api/v1/channels'],
        ['GET', '/moved/'],
      ].map(([method, url]) => ({ method, url, at: expect.any(String) })),
    });
  });

  it('counts anew after a reset', async () => {
    expect((await omnitron.send('DELETE', '/_control/requests')).status).toBe(204);
    expect(await (await omnitron.send('GET', '/_control/requests')).json()).toMatchObject({
      total: 0,
      logins: 0,
      recent: [],
    });
  });

  it('tells all keys handed out, and records neither them nor the password', async () => {
    const second = await omnitron.logIn();
    await omnitron.get('/api/v1/channels/');
    const keys = (await (await omnitron.send('GET', '/_control/keys')).json()) as string[];
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(second);
    const report = await (await omnitron.send('GET', '/_control/requests')).text();
    for (const secret of [...keys, credentials.password]) expect(report).not.toContain(secret);
  });
});
