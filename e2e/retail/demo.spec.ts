import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoBatches } from '../../tools/src/demo-refunds.js';
import { refundsPath } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
  for (const [path, batch] of demoBatches()) expect((await client.post(path, batch)).status).toBe(201);
});

afterAll(() => system.leave());

/** The addresses that stand anywhere in an answer. */
function linksIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith(system.url) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linksIn) : [];
}

describe('the documents of the demo', () => {
  it('lead wherever they say, and no link leads nowhere', async () => {
    const [known, open] = [new Set<string>(), demoBatches().map(([path]) => path)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { status, json } = await client.get(next);
      expect([next, status]).toEqual([next, 200]);
      for (const link of linksIn(json)) {
        if (known.has(link)) continue;
        known.add(link);
        open.push(link);
      }
    }
    expect(known.size).toBeGreaterThan(140);
  });

  it('can be read, described, changed and removed', async () => {
    const path = `${refundsPath}return-1_shop-1/`;
    expect((await client.request('HEAD', path)).status).toBe(200);
    expect((await client.request('OPTIONS', path)).status).toBe(200);
    const before = (await client.get(path)).json as Record<string, unknown>;
    expect(await client.request('PUT', path, before)).toMatchObject({ status: 200, json: before });
    expect(await client.request('PATCH', path, { description: 'changed' })).toMatchObject({
      status: 200,
      json: { ...before, description: 'changed' },
    });
    expect((await client.request('DELETE', path, '')).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
    expect(
      (await client.request('DELETE', refundsPath, { identifiers: ['return-2_shop-2', 'return-3', 'nothing'] })).status,
    ).toBe(204);
    expect(((await client.get(refundsPath)).json as { count: number }).count).toBe(42 - 3);
  });
});
