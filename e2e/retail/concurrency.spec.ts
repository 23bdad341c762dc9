import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
});

afterAll(() => system.leave());

const runs = 200;

/** Ids that lie across each other in the order of keys and of public keys, and some that want the same. */
const names = ['a', 'a_b', 'a_b_c', 'b', 'b_c', 'c', 'd', 'd_e', 'é', 'z'];
const document = fc.record({ id: fc.constantFrom(...names), shop: fc.constantFrom('x', 'b_x', 'c_x') });
const batches = fc.array(fc.array(document, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 6 });

type Batch = readonly { readonly id: string; readonly shop: string }[];
const nameOf = ({ id, shop }: Batch[number]): string => `${id} ${shop}`;

describe('batches that overlap and come at the same time', () => {
  it(`are all taken, each as a whole, in ${runs} runs`, async () => {
    const all = fc.sample(batches, { numRuns: runs, seed: 27 });
    for (const [run, wanted] of all.entries()) {
      if (run % 3 === 0) await client.request('DELETE', refundsPath, { identifiers: names });
      const before = new Set((await stored()).map(nameOfRefund));
      const answers = await Promise.all(
        wanted.map((batch, number) => client.post(refundsPath, posted(batch, `${run}.${number}`))),
      );
      expect(answers.map(({ status }) => status)).toEqual(wanted.map(() => 201));
      const after = await stored();
      const fresh = new Set(
        wanted
          .flat()
          .map(nameOf)
          .filter((name) => !before.has(name)),
      );
      const sums = answers.map(({ json }) => json as { created: number; updated: number });
      expect(sums.reduce((sum, { created }) => sum + created, 0)).toBe(fresh.size);
      expect(sums.map(({ created, updated }) => created + updated)).toEqual(
        wanted.map((batch) => new Set(batch.map(nameOf)).size),
      );
      expectWholeBatches(after, wanted, run);
    }
  });

  it('may meet removals', async () => {
    const all = fc.sample(batches, { numRuns: 50, seed: 4 });
    for (const [run, wanted] of all.entries()) {
      const answers = await Promise.all(
        wanted.flatMap((batch, number) => [
          client.post(refundsPath, posted(batch, `${run}.${number}`)),
          client.request('DELETE', refundsPath, { identifiers: batch.map(({ id }) => id) }),
        ]),
      );
      expect(answers.map(({ status }) => status)).toEqual(wanted.flatMap(() => [201, 204]));
    }
    expect(
      await system.query(
        'supplier-refund',
        `select from supplier_refund_line line
          where not exists (select from supplier_refund where account_id = line.account_id and id = line.document)`,
      ),
    ).toEqual([]);
  });
});

const posted = (batch: Batch, mark: string): object[] =>
  batch.map(({ id, shop }) =>
    postedRefund(id, {
      shop_id: shop,
      description: mark,
      products: [postedLine({ product_id: mark }), postedLine({ product_id: mark, qty: 2 })],
    }),
  );

const stored = (): Promise<Refund[]> => client.rows(`${refundsPath}?page_size=1000`);
const nameOfRefund = ({ document_id: id, shop_id: shop }: Refund): string => `${id} ${shop}`;

/** Every document has the lines that came with it, keys are unique, and of each pair of batches one was first. */
function expectWholeBatches(refunds: readonly Refund[], wanted: readonly Batch[], run: number): void {
  expect(new Set(refunds.map(({ url }) => url)).size).toBe(refunds.length);
  const marks = new Map(refunds.map((refund) => [nameOfRefund(refund), refund.description]));
  for (const { description, products } of refunds)
    expect(products.map((line) => [line.product_id, line.qty])).toEqual([
      [description, '1.0000'],
      [description, '2.0000'],
    ]);
  const sets = wanted.map((batch) => new Set(batch.map(nameOf)));
  for (const [left, names] of sets.entries()) {
    for (const [right, others] of sets.entries()) {
      const common = [...names].filter((name) => others.has(name)).map((name) => marks.get(name));
      if (left < right) expect(common.includes(`${run}.${left}`) && common.includes(`${run}.${right}`)).toBe(false);
    }
  }
}
