import { expect } from '@jest/globals';
import type { Page } from '../system/client.js';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';

interface Sizes {
  readonly stored: number;
  readonly pageSize: number;
  readonly shown: number;
}

type Shown = Readonly<Record<string, unknown>>;

const maxBatch = 2000;

const postedRefunds = (count: number): Shown[] =>
  Array.from({ length: count }, (_, index) =>
    postedRefund(`doc ${index}`, {
      products: Array.from({ length: 5 }, (_line, line) =>
        postedLine({ product_id: `p${(index * 7 + line) % 100}`, qty: `${index}.${line}` }),
      ),
    }),
  );

const shownOf = ({ document_id: id, products }: Refund): unknown => [
  id,
  products.map((line) => [line.product_id, line.qty]),
];

const wanted = (posted: readonly Shown[]): unknown[] =>
  posted.map(({ document_id: id, products }) => [
    id,
    (products as { product_id: string; qty: string }[]).map((line) => [line.product_id, `${line.qty}000`]),
  ]);

/** Posts refunds of an account that has none, and compares its first page and the one after it. */
export async function expectLargePage(client: RetailClient, { stored, pageSize, shown }: Sizes): Promise<void> {
  const posted = postedRefunds(stored);
  for (let from = 0; from < stored; from += maxBatch)
    expect((await client.post(refundsPath, posted.slice(from, from + maxBatch))).json).toMatchObject({ updated: 0 });
  const { count, results, next }: Page<Refund> = await client.json(`${refundsPath}?page_size=${pageSize}`);
  expect([count, results.length]).toEqual([stored, shown]);
  expect(results.map(shownOf)).toEqual(wanted(posted.slice(0, shown)));
  const rest: Page<Refund> = await client.json(next ?? '');
  expect(rest.results.map(shownOf)).toEqual(wanted(posted.slice(shown)));
}
