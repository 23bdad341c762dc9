import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

const chunkSize = 2000;
const documents = 5000;

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
});

afterAll(() => system.leave());

const numberOf = (index: number): string => `document ${String(index).padStart(4, '0')}`;
/** Two with equal errors in one chunk, and one in another with an error of its own. */
const bad = new Map<number, Record<string, unknown>>([
  [10, { date: 'yesterday' }],
  [1500, { date: 'yesterday' }],
  [4321, { supplier_id: '' }],
]);

/**
 * The existing client's own way (datawizio/pythonAPI): of a chunk that is refused, what has errors is found by the
 * errors' value, `[errors.index(e) for e in errors if e]`, the rest is posted once more, and that answer isn't read.
 */
async function postInChunks(all: readonly object[]): Promise<void> {
  for (let start = 0; start < all.length; start += chunkSize) {
    const chunk = all.slice(start, start + chunkSize);
    const { status, json } = await client.post(refundsPath, chunk);
    if (status !== 400) continue;
    const errors = (json as object[]).map((one) => JSON.stringify(one));
    const failed = new Set(errors.filter((one) => one !== '{}').map((one) => errors.indexOf(one)));
    await client.post(
      refundsPath,
      chunk.filter((_document, index) => !failed.has(index)),
    );
  }
}

describe('the existing client', () => {
  it('ends with all documents but the bad ones, though it finds those by the value of their errors', async () => {
    await postInChunks(Array.from({ length: documents }, (_, index) => postedRefund(numberOf(index), bad.get(index))));
    const { count, next, results } = await client.json<{ count: number; next: string | null; results: Refund[] }>(
      `${refundsPath}?page_size=10000`,
    );
    expect([count, next]).toEqual([documents - bad.size, null]);
    const expected = Array.from({ length: documents }, (_, index) => index)
      .filter((index) => !bad.has(index))
      .map(numberOf);
    expect(results.map(({ document_id: id }) => id)).toEqual(expected);
  });
});
