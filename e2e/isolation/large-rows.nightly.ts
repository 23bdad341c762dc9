import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postedRefund, refundsPath } from '../system/refunds.js';
import { four, HugeRows, nothingUnusual } from './huge-rows.js';

let rows: HugeRows;

beforeAll(async () => {
  rows = await HugeRows.start(10_000);
  for (const half of [0, 50]) {
    const documents = Array.from({ length: 50 }, (_, index) =>
      postedRefund(`large ${half + index}`, { shop_id: 'many', products: rows.lines.slice(0, 190) }),
    );
    expect((await rows.large.retail.post(refundsPath, documents)).status).toBe(201);
  }
});

afterAll(() => rows.system.stop());

describe('beside an account with the largest rows', () => {
  it.each([
    ['a document', `${refundsPath}huge_kyiv-1/`],
    ['a page with it', refundsPath],
    ['a hundred documents of 1 MiB in one page', `${refundsPath}?page_size=100&shop_id=many`],
    ['them in the longest page', `${refundsPath}?page_size=10000&shop_id=many`],
  ])('nobody notices that it reads %s, four times at once', async (_what, path) => {
    const answers = four(() => rows.readRefunds(path));
    const { statuses, rounds } = await rows.statusesMeanwhile(answers);
    expect(statuses).toEqual(nothingUnusual);
    expect(rounds).toBeGreaterThan(0);
    const whole = (await answers).filter(({ status }) => status === 200);
    // Two are read at once; those behind them may wait in vain.
    expect(whole.length).toBeGreaterThanOrEqual(2);
    expect(new Set(whole.map(({ sha256 }) => sha256)).size).toBe(1);
  });

  it('nobody notices that it changes a document, four times at once', async () => {
    const { statuses } = await rows.statusesMeanwhile(four(rows.change));
    expect(statuses).toEqual(nothingUnusual);
  });
});
