import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { get } from 'node:http';
import { credentials, RunningSimulator, type ListBody } from '../testing/running-simulator.js';

const channels = '/api/v1/channels/';
const reasons = '/api/v1/cancellation_reasons/?limit=4';

let omnitron: RunningSimulator;
beforeEach(async () => {
  omnitron = await RunningSimulator.start();
});
afterEach(() => omnitron.close());

async function statuses(path: string, requests: number): Promise<number[]> {
  const answered: number[] = [];
  for (let request = 0; request < requests; request += 1) answered.push((await omnitron.get(path)).status);
  return answered;
}

/** Follows `next` from page 1 on. */
async function readThrough(path: string): Promise<ListBody[]> {
  const pages: ListBody[] = [];
  for (
    let page: ListBody | undefined = await omnitron.list(path);
    page;
    page = page.next ? await omnitron.list(page.next.slice(omnitron.url.length)) : undefined
  )
    pages.push(page);
  return pages;
}

async function pksReadThrough(path: string): Promise<number[]> {
  return (await readThrough(path)).flatMap((page) => page.results.map((row) => row.pk));
}

describe('when a fault strikes', () => {
  it('strikes every list until it is taken away', async () => {
    await omnitron.fail({ kind: 'server_error' });
    expect([...(await statuses(channels, 2)), ...(await statuses(reasons, 1))]).toEqual([500, 500, 500]);
    await omnitron.send('DELETE', '/_control/faults');
    expect(await statuses(channels, 1)).toEqual([200]);
  });

  it('strikes one resource and one page of it', async () => {
    await omnitron.fail({ kind: 'server_error', resource: 'cancellation_reasons', page: 2 });
    expect([
      ...(await statuses(channels, 1)),
      ...(await statuses(reasons, 1)),
      ...(await statuses(`${reasons}&page=2`, 1)),
    ]).toEqual([200, 200, 500]);
  });

  it('strikes as often as it was told to', async () => {
    await omnitron.fail({ kind: 'server_error', times: 2 });
    expect(await statuses(channels, 4)).toEqual([500, 500, 200, 200]);
  });

  it('strikes every n-th request, up to as often as it was told to', async () => {
    await omnitron.fail({ kind: 'server_error', every: 2, times: 2 });
    expect(await statuses(channels, 7)).toEqual([200, 500, 200, 500, 200, 200, 200]);
  });

  it('leaves the login alone unless that is what it is for', async () => {
    await omnitron.fail({ kind: 'server_error' });
    expect((await omnitron.send('POST', '/api/v1/auth/login/', credentials)).status).toBe(200);
    await omnitron.fail({ kind: 'server_error', resource: 'login' });
    expect((await omnitron.send('POST', '/api/v1/auth/login/', credentials)).status).toBe(500);
    expect(await statuses(channels, 1)).toEqual([200]);
  });

  it('combines with others', async () => {
    await omnitron.fail({ kind: 'latency', ms: 1 }, { kind: 'too_many_requests', times: 1 }, { kind: 'shrinking' });
    expect(await statuses(channels, 1)).toEqual([429]);
    expect((await omnitron.list(`${reasons}&page=2`)).count).toBe(14);
  });
});

describe('faults that answer in place of the API', () => {
  it('latency waits and then answers', async () => {
    await omnitron.fail({ kind: 'latency', ms: 20 });
    expect(await statuses(channels, 1)).toEqual([200]);
  });

  it('expired_key refuses all keys until the next login', async () => {
    await omnitron.fail({ kind: 'expired_key', times: 1 });
    expect(await statuses(channels, 2)).toEqual([401, 401]);
    await omnitron.logIn();
    expect(await statuses(channels, 1)).toEqual([200]);
  });

  it('too_many_requests says when to come back', async () => {
    await omnitron.fail({ kind: 'too_many_requests', retryAfter: 7 });
    const response = await omnitron.get(channels);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.json()).toEqual({ detail: 'Request was throttled. Expected available in 7 seconds.' });
  });

  it.each([
    ['server_error', 500],
    ['not_json', 200],
  ])('%s answers with HTML', async (kind, status) => {
    await omnitron.fail({ kind });
    const response = await omnitron.get(channels);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain('<h1>');
  });

  it('refuse_login refuses the right credentials', async () => {
    await omnitron.fail({ kind: 'refuse_login', times: 1 });
    expect((await omnitron.send('POST', '/api/v1/auth/login/', credentials)).status).toBe(400);
    expect((await omnitron.send('POST', '/api/v1/auth/login/', credentials)).status).toBe(200);
  });

  it('redirect points elsewhere', async () => {
    await omnitron.fail({ kind: 'redirect' });
    const response = await omnitron.get(channels);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/moved/']);
  });
});

describe('faults of paging', () => {
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

  it('reads through once without any', async () => {
    expect(await pksReadThrough(reasons)).toEqual(all);
  });

  it('endless has a full page after every page', async () => {
    await omnitron.fail({ kind: 'endless' });
    const page = await omnitron.list(`${reasons}&page=100`);
    expect(page.results.map((row) => row.pk)).toEqual([7, 8, 9, 10]);
    expect(page.next).toBe(`${omnitron.url}/api/v1/cancellation_reasons/?limit=4&page=101`);
  });

  it('endless never runs dry in array form either', async () => {
    await omnitron.send('PUT', '/_control/answers', { mode: 'array' });
    await omnitron.fail({ kind: 'endless' });
    expect(await (await omnitron.get(`${reasons}&page=100`)).json()).toHaveLength(4);
  });

  it('endless ends with a table that has no rows', async () => {
    await omnitron.send('PUT', '/_control/resources/channels', []);
    await omnitron.fail({ kind: 'endless' });
    expect(await omnitron.list(channels)).toMatchObject({ count: 0, results: [] });
  });

  it('duplicates repeats a row in place of another', async () => {
    await omnitron.fail({ kind: 'duplicates', page: 3 });
    expect(await pksReadThrough(reasons)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8, 10, 11, 12, 13, 14, 15]);
  });

  it('duplicates_extra repeats a row and misses none', async () => {
    await omnitron.fail({ kind: 'duplicates_extra' });
    expect(await pksReadThrough(reasons)).toEqual([1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 12, 13, 14, 15]);
  });

  it('shrinking loses a row of page 1, so that the next page misses one', async () => {
    await omnitron.fail({ kind: 'shrinking' });
    const pages = await readThrough(reasons);
    expect(pages.map((page) => page.count)).toEqual([15, 14, 14, 14]);
    expect(pages.flatMap((page) => page.results.map((row) => row.pk))).toEqual(all.filter((pk) => pk !== 5));
  });

  it('shrinking once waits for page 2', async () => {
    await omnitron.fail({ kind: 'shrinking', times: 1 });
    expect((await readThrough(reasons)).map((page) => page.count)).toEqual([15, 14, 15, 15]);
  });
});

describe('faults of delivery', () => {
  it('cut_off breaks the connection in the middle of the body that was announced', async () => {
    await omnitron.fail({ kind: 'cut_off' });
    const key = await omnitron.logIn();
    const { announced, received } = await readRaw(`${omnitron.url}${reasons}`, key);
    expect(announced).toBeGreaterThan(0);
    expect(received).toBe(Math.floor(announced / 2));
  });

  it('oversized answers rightly in 64 MiB', async () => {
    await omnitron.fail({ kind: 'oversized' });
    const text = await (await omnitron.get(channels)).text();
    expect(text.length).toBeGreaterThan(64 * 1024 * 1024);
    expect(JSON.parse(text)).toMatchObject({ count: 2 });
  });
});

/** Reads as far as the connection lasts, which `fetch` keeps to itself. */
function readRaw(url: string, key: string): Promise<{ announced: number; received: number }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { authorization: `Token ${key}` } }, (response) => {
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      response.on('error', () => {
        resolve({ announced: Number(response.headers['content-length']), received });
      });
      response.on('end', () => {
        reject(new Error('The connection lasted.'));
      });
    }).on('error', reject);
  });
}
