import { describe, expect, it } from '@jest/globals';
import { mountedEndpoints, type UsageCount } from '@refundry/contracts';
import { dialects } from '../families/dialects.js';
import { mountsOf, type Mount } from '../mounts/mount.js';
import { UsageCounter, type CountedRequest } from './usage-counter.js';

const mounts = mountsOf(mountedEndpoints, dialects);

function mountAt(path: string): Mount {
  const mount = mounts.find((one) => one.path === path);
  if (!mount) throw new Error(`nothing is mounted at ${path}`);
  return mount;
}

const customer = mountAt('/api/v1/oms/cancellation-reasons/:key');
const shops = mountAt('/api/v1/shops');
const noon = Date.UTC(2026, 10, 29, 12);

const request = (changes: Partial<CountedRequest> = {}): CountedRequest => ({
  account: 1,
  actor: { kind: 'token', id: '7' },
  mount: customer,
  method: 'GET',
  receivedAt: noon,
  status: 200,
  bytes: 100,
  ...changes,
});

function counted(...requests: readonly Partial<CountedRequest>[]): UsageCount[] {
  const counter = new UsageCounter();
  for (const one of requests) counter.add(request(one));
  return counter.take(1_000_000);
}

const sumOf = (counts: readonly UsageCount[]): number => counts.reduce((sum, { requests }) => sum + requests, 0);

describe('the usage counter', () => {
  it('sums up the requests of a credential to an endpoint by how they ended', () => {
    const ends = [200, 400, 404, 429, 500, 503, undefined].map((status) => ({ status }));
    expect(counted(...ends, { receivedAt: noon + 5 })).toEqual([
      {
        account: 1,
        family: 'oms',
        day: '2026-11-29',
        credential_kind: 'token',
        credential_id: '7',
        endpoint: 'GET /api/v1/oms/cancellation-reasons/{key}/',
        requests: 8,
        client_errors: 2,
        throttled: 1,
        server_errors: 2,
        bytes: 800,
        last_used: noon + 5,
      },
    ]);
  });

  it('keeps accounts, credentials, endpoints, methods and days apart', () => {
    const changes: readonly Partial<CountedRequest>[] = [
      {},
      { account: 2 },
      { actor: { kind: 'token', id: '8' } },
      { actor: { kind: 'oauth_user', id: '7' } },
      { mount: shops },
      { method: 'OPTIONS' },
      { receivedAt: noon + 43_200_000 },
    ];
    expect(counted(...changes).map(({ requests }) => requests)).toEqual(changes.map(() => 1));
  });

  it('takes all methods that an endpoint does not have for one', () => {
    const counts = counted(...['BREW', 'TRACE', 'REPORT'].map((method) => ({ method, status: 405 })));
    expect(counts).toMatchObject([
      { endpoint: 'other /api/v1/oms/cancellation-reasons/{key}/', requests: 3, client_errors: 3 },
    ]);
  });

  it('counts what it has no more room for in one count of the family, and loses nothing', () => {
    const ids = Array.from({ length: 3000 }, (_, index) => String(index));
    const flood = [customer, shops].flatMap((mount) =>
      ids.map((id) => ({ mount, actor: { kind: 'token', id } as const })),
    );
    const counts = counted(...flood, { account: 2 });
    expect(counts.filter(({ account }) => account === 1)).toHaveLength(502);
    expect(counts.filter(({ credential_kind: kind }) => kind === 'other')).toMatchObject([
      { family: 'oms', credential_id: '', endpoint: 'other', requests: 2500 },
      { family: 'retail', credential_id: '', endpoint: 'other', requests: 3000 },
    ]);
    expect(counts.find(({ account }) => account === 2)).toMatchObject({ credential_id: '7', requests: 1 });
    expect(sumOf(counts)).toBe(6001);
  });

  it('counts a credential that accounts of the version before did not name among the others', () => {
    expect(counted({ actor: undefined })).toMatchObject([{ credential_kind: 'other', endpoint: 'other', requests: 1 }]);
  });

  it('hands out counts once, as many as are wanted', () => {
    const counter = new UsageCounter();
    for (let account = 1; account <= 5; account += 1)
      for (const id of ['1', '2', '3', '4', '5']) counter.add(request({ account, actor: { kind: 'token', id } }));
    const parts = [counter.take(12), counter.take(12), counter.take(12), counter.take(12)];
    expect(parts.map(({ length }) => length)).toEqual([12, 12, 1, 0]);
    const keys = parts.flat().map(({ account, credential_id: id }) => `${account} ${id}`);
    expect(new Set(keys).size).toBe(25);
  });
});
