import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath, type Client } from '../system/client.js';
import { send } from '../system/http.js';
import { readLarge, type LargeAnswer } from '../system/large-answer.js';
import { postedLine, postedRefund, refundsPath } from '../system/refunds.js';
import { retailPath, type RetailClient } from '../system/retail-client.js';
import { RunningSystem } from '../system/running-system.js';

/** Lines of a document at the most, and the longest ids: 14 MiB when they are posted, 55 MiB when they are answered. */
const lines = Array.from({ length: 10_000 }, (_, index) =>
  postedLine({ product_id: '語'.repeat(145) + String(index), receive_document_id: '語'.repeat(300) }),
);
const configuration = (index: number): string => `{"key":"${String(index)}","text":"${'ş'.repeat(500_000)}"}`;

let system: RunningSystem;
let alpha: { oms: Client; retail: RetailClient };
let beta: { oms: Client; retail: RetailClient };

async function newAccount(): Promise<{ oms: Client; retail: RetailClient }> {
  const oms = await system.newClient();
  return { oms, retail: await system.newRetailClient(oms.account) };
}

beforeAll(async () => {
  system = await RunningSystem.start({ services: ['oms', 'supplier-refund'] });
  [alpha, beta] = [await newAccount(), await newAccount()];
  expect((await alpha.retail.post(refundsPath, postedRefund('huge', { products: lines }))).status).toBe(201);
  for (const half of [0, 50]) {
    const documents = Array.from({ length: 50 }, (_, index) =>
      postedRefund(`large ${half + index}`, { shop_id: 'many', products: lines.slice(0, 190) }),
    );
    expect((await alpha.retail.post(refundsPath, documents)).status).toBe(201);
  }
  expect((await beta.retail.post(refundsPath, postedRefund('small'))).status).toBe(201);
  for (const [
    {
      oms: { account },
    },
    rows,
  ] of [
    [alpha, 18],
    [beta, 1],
  ] as const) {
    for (let index = 0; index < rows; index++) {
      await system.query(
        'oms',
        `insert into channel (account_id, omnitron_id, name, channel_type, configuration, is_active)
          values ($1, $2, $3, 'web', $4, true)`,
        [await system.accountId(account), index, `Channel ${index}`, rows === 1 ? '{}' : configuration(index)],
      );
    }
  }
});

afterAll(() => system.stop());

const retailOf = ({ retail }: typeof alpha, path: string, pauseMs = 0): Promise<LargeAnswer> =>
  readLarge(`${system.url}${retailPath}${path}`, { headers: { authorization: `Bearer ${retail.token}` }, pauseMs });
const omsOf = ({ oms }: typeof alpha, path: string, pauseMs = 0): Promise<LargeAnswer> =>
  readLarge(`${system.url}${omsPath}${path}`, { headers: { authorization: `Token ${oms.token}` }, pauseMs });

/** Everything that another account does meanwhile, and whether the apps are ready. */
async function statusesMeanwhile(work: Promise<unknown>): Promise<{ statuses: readonly string[]; rounds: number }> {
  const over = new AbortController();
  void Promise.allSettled([work]).then(() => {
    over.abort();
  });
  const seen = new Set<string>();
  let rounds = 0;
  for (; !over.signal.aborted; rounds++) {
    const answers = await Promise.all([
      beta.retail.get(refundsPath),
      beta.retail.get(`${refundsPath}small_kyiv-1/`),
      beta.retail.get(`${refundsPath}?supplier_id=supplier-1`),
      beta.retail.post(refundsPath, postedRefund(`round ${rounds}`)),
      beta.oms.get(`${omsPath}channels/`),
      beta.oms.get(`${omsPath}channels/?is_active=true`),
      ...['oms', 'supplier-refund'].map((name) => send('GET', `${system.app(name).operations ?? ''}/health/ready`)),
      send('GET', `${system.url}/health/ready`),
    ]);
    answers.forEach(({ status }, index) => seen.add(`${index}: ${status}`));
  }
  return { statuses: [...seen].toSorted(), rounds };
}

const nothingUnusual = ['0: 200', '1: 200', '2: 200', '3: 201', '4: 200', '5: 200', '6: 200', '7: 200', '8: 200'];
const four = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 4 }, work));

describe('beside an account with huge rows', () => {
  it.each([
    ['a document, four times at once', () => four(() => retailOf(alpha, `${refundsPath}huge_kyiv-1/`))],
    ['a page with it, four times at once', () => four(() => retailOf(alpha, refundsPath))],
    [
      'a hundred documents of 1 MiB in one page, four times at once',
      () => four(() => retailOf(alpha, `${refundsPath}?page_size=100&shop_id=many`)),
    ],
    [
      'them in the longest page, four times at once',
      () => four(() => retailOf(alpha, `${refundsPath}?page_size=10000&shop_id=many`)),
    ],
    ['channels, four times at once', () => four(() => omsOf(alpha, 'channels/'))],
    ['a filtered page of them, four times at once', () => four(() => omsOf(alpha, 'channels/?is_active=true'))],
  ])(
    'nobody notices that it reads %s',
    async (_what, read) => {
      const answers = read();
      const { statuses, rounds } = await statusesMeanwhile(answers);
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
      retailOf(alpha, `${refundsPath}huge_kyiv-1/`, 2).catch(() => undefined),
    );
    const pages = ['GET', 'OPTIONS', 'HEAD'].map((method) =>
      alpha.retail.request(method, `${refundsPath}huge_kyiv-1/`, '', { accept: 'text/html' }),
    );
    const { statuses } = await statusesMeanwhile(Promise.all([...pages, Promise.race(slow)]));
    expect(statuses).toEqual(nothingUnusual);
    expect((await Promise.all(pages)).map(({ status }) => [200, 429, 503].includes(status))).toEqual([
      true,
      true,
      true,
    ]);
    await Promise.all(slow);
    expect(
      (await alpha.retail.request('GET', `${refundsPath}huge_kyiv-1/`, '', { accept: 'text/html' })).text,
    ).toContain('huge_kyiv-1');
  });

  it('readers who leave at any time hold nobody up', async () => {
    const { json } = await alpha.oms.get(`${omsPath}channels/?page_size=1`);
    const id = (json as { results: { id: number }[] }).results[0]!.id;
    for (let round = 0; round < 4; round++) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const leaving = new AbortController();
          const headers = { authorization: `Token ${alpha.oms.token}` };
          const path = index % 2 ? 'channels/' : `channels/${id}/`;
          const read = fetch(`${system.url}${omsPath}${path}`, { headers, signal: leaving.signal });
          setTimeout(() => {
            leaving.abort();
          }, index * 100);
          await read.then((answer) => answer.body?.pipeTo(new WritableStream())).catch(() => undefined);
        }),
      );
      for (const path of ['channels/', `channels/${id}/`]) expect((await omsOf(alpha, path)).status).toBe(200);
    }
  });

  it('nobody notices that it changes a document, four times at once', async () => {
    const change = (): Promise<unknown> =>
      four(() =>
        alpha.retail
          .request('PATCH', `${refundsPath}huge_kyiv-1/`, { description: 'changed' })
          .then(({ status }) => status),
      );
    const { statuses } = await statusesMeanwhile(change());
    expect(statuses).toEqual(nothingUnusual);
  });

  it('answers all of a document, line by line', async () => {
    const base = `${system.url}${retailPath}`;
    const rows = await system.query<{ id: string }>(
      'supplier-refund',
      `select line.id from supplier_refund_line line join supplier_refund on document = supplier_refund.id
        where document_id = $1 order by line.id`,
      ['huge'],
    );
    const document = await alpha.retail.json<Record<string, unknown>>(`${refundsPath}huge_kyiv-1/`);
    const products = lines.map(({ product_id: product, receive_document_id: receipt }, index) => ({
      url: `${base}${refundsPath}huge_kyiv-1/products/${rows[index]?.id ?? ''}/`,
      product_id: product,
      product_url: `${base}products/${encodeURIComponent(String(product))}/`,
      receive_document_id: receipt,
      receive_document_url: `${base}receive-documents/${encodeURIComponent(String(receipt))}/`,
      qty: '1.0000',
      price: '5.0000',
      total_price: '5.0000',
    }));
    const expected = JSON.stringify({ ...document, products });
    expect(await retailOf(alpha, `${refundsPath}huge_kyiv-1/`)).toEqual({
      status: 200,
      bytes: Buffer.byteLength(expected),
      sha256: createHash('sha256').update(expected).digest('hex'),
    });
  });
});
