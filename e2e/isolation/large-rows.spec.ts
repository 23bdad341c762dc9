import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath } from '../system/client.js';
import { refundsPath } from '../system/refunds.js';
import { retailPath } from '../system/retail-client.js';
import { four, HugeRows, nothingUnusual } from './huge-rows.js';

/** A tenth of the most that a document has, which `large-rows.nightly.ts` takes: many pieces of an answer as well. */
const lineCount = 1000;

let rows: HugeRows;

beforeAll(async () => {
  rows = await HugeRows.start(lineCount);
});

afterAll(() => rows.system.stop());

describe('beside an account with huge rows', () => {
  it.each([
    ['a document, four times at once', () => four(() => rows.readRefunds(`${refundsPath}huge_kyiv-1/`))],
    ['a page with it, four times at once', () => four(() => rows.readRefunds(refundsPath))],
    ['channels, four times at once', () => four(() => rows.readChannels('channels/'))],
    ['a filtered page of them, four times at once', () => four(() => rows.readChannels('channels/?is_active=true'))],
  ])(
    'nobody notices that it reads %s',
    async (_what, read) => {
      const answers = read();
      const { statuses, rounds } = await rows.statusesMeanwhile(answers);
      expect(statuses).toEqual(nothingUnusual);
      expect(rounds).toBeGreaterThan(0);
      const whole = (await answers).filter(({ status }) => status === 200);
      // Two are read at once; those behind them may wait in vain.
      expect(whole.length).toBeGreaterThanOrEqual(2);
      expect(new Set(whole.map(({ sha256 }) => sha256)).size).toBe(1);
    },
    120_000,
  );

  it('nobody notices that people look at it, and that slow readers take it', async () => {
    const slow = Array.from({ length: 20 }, () =>
      rows.readRefunds(`${refundsPath}huge_kyiv-1/`, 2).catch(() => undefined),
    );
    const pages = ['GET', 'OPTIONS', 'HEAD'].map((method) =>
      rows.large.retail.request(method, `${refundsPath}huge_kyiv-1/`, '', { accept: 'text/html' }),
    );
    const { statuses } = await rows.statusesMeanwhile(Promise.all([...pages, Promise.race(slow)]));
    expect(statuses).toEqual(nothingUnusual);
    expect((await Promise.all(pages)).map(({ status }) => [200, 429, 503].includes(status))).toEqual([
      true,
      true,
      true,
    ]);
    await Promise.all(slow);
    expect(
      (await rows.large.retail.request('GET', `${refundsPath}huge_kyiv-1/`, '', { accept: 'text/html' })).text,
    ).toContain('huge_kyiv-1');
  });

  it('readers who leave at any time hold nobody up', async () => {
    const { json } = await rows.large.oms.get(`${omsPath}channels/?page_size=1`);
    const id = (json as { results: { id: number }[] }).results[0]!.id;
    for (let round = 0; round < 4; round++) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const leaving = new AbortController();
          const headers = { authorization: `Token ${rows.large.oms.token}` };
          const path = index % 2 ? 'channels/' : `channels/${id}/`;
          const read = fetch(`${rows.system.url}${omsPath}${path}`, { headers, signal: leaving.signal });
          setTimeout(() => {
            leaving.abort();
          }, index * 100);
          await read.then((answer) => answer.body?.pipeTo(new WritableStream())).catch(() => undefined);
        }),
      );
      for (const path of ['channels/', `channels/${id}/`]) expect((await rows.readChannels(path)).status).toBe(200);
    }
  });

  it('nobody notices that it changes a document, four times at once', async () => {
    const { statuses } = await rows.statusesMeanwhile(four(rows.change));
    expect(statuses).toEqual(nothingUnusual);
  });

  it('answers all of a document, line by line', async () => {
    const base = `${rows.system.url}${retailPath}`;
    const stored = await rows.system.query<{ id: string }>(
      'supplier-refund',
      `select line.id from supplier_refund_line line join supplier_refund on document = supplier_refund.id
        where document_id = $1 order by line.id`,
      ['huge'],
    );
    const document = await rows.large.retail.json<Record<string, unknown>>(`${refundsPath}huge_kyiv-1/`);
    const products = rows.lines.map(({ product_id: product, receive_document_id: receipt }, index) => ({
      url: `${base}${refundsPath}huge_kyiv-1/products/${stored[index]?.id ?? ''}/`,
      product_id: product,
      product_url: `${base}products/${encodeURIComponent(String(product))}/`,
      receive_document_id: receipt,
      receive_document_url: `${base}receive-documents/${encodeURIComponent(String(receipt))}/`,
      qty: '1.0000',
      price: '5.0000',
      total_price: '5.0000',
    }));
    const expected = JSON.stringify({ ...document, products });
    expect(await rows.readRefunds(`${refundsPath}huge_kyiv-1/`)).toEqual({
      status: 200,
      bytes: Buffer.byteLength(expected),
      sha256: createHash('sha256').update(expected).digest('hex'),
    });
  });
});
