import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';
import { isFullSize } from './address-setup-under-way.js';

const documents = 2000;
const runs = isFullSize ? 12 : 3;
const maxHoldMs = 240_000;

let system: RunningSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await RunningSystem.start({ services: ['supplier-refund'] });
  client = await system.newRetailClient();
});

afterAll(() => system.stop());

const batchOf = (run: number): object[] =>
  Array.from({ length: documents }, (_, index) =>
    postedRefund(`run ${run} document ${index}`, {
      products: [postedLine({ product_id: `${run}` }), postedLine({ qty: index })],
    }),
  );

/** How far a batch has come, by what its transaction has locked. */
const isWriting = async (): Promise<boolean> =>
  (
    await system.query(
      'supplier-refund',
      "select from pg_locks join pg_class on pg_class.oid = relation where relname = 'supplier_refund' and " +
        "mode = 'RowExclusiveLock'",
    )
  ).length > 0;

describe('a batch whose service is killed', () => {
  it(
    `and that is sent again until it is answered is stored once, whole, and counted as new, in ${runs} runs`,
    async () => {
      const moments = fc.sample(fc.record({ isWriting: fc.boolean(), laterMs: fc.integer({ min: 0, max: 250 }) }), {
        numRuns: runs,
        seed: 9,
      });
      for (const [run, moment] of moments.entries()) {
        const body = JSON.stringify(batchOf(run));
        const send = (): ReturnType<RetailClient['post']> =>
          client.post(refundsPath, body, { 'idempotency-key': `run ${run}` });
        const first = send();
        if (moment.isWriting)
          await until(
            'the batch is being written, or was',
            async () => (await isWriting()) || (await Promise.race([first.then(() => true), Promise.resolve(false)])),
          );
        await passed(moment.laterMs);
        system.app('supplier-refund').kill('SIGKILL');
        await system.app('supplier-refund').exited;
        expect([201, 503]).toContain((await first).status);
        await system.startApp('supplier-refund');
        const answer = await until('the batch is answered', async () => {
          const again = await send();
          // PostgreSQL may take a moment to notice that the former service is gone; no other refusal is right.
          if (again.status !== 201) expect([409, 503]).toContain(again.status);
          return again.status === 201 ? again : undefined;
        });
        expect(answer.json).toEqual({ created: documents, updated: 0 });
        const { count } = await client.json<{ count: number }>(`${refundsPath}?product_id=${run}`);
        expect(count).toBe(documents);
      }
      const refunds = await client.rows<Refund>(`${refundsPath}?page_size=10000`);
      expect(refunds).toHaveLength(runs * documents);
      expect(refunds.filter(({ products }) => products.length !== 2)).toEqual([]);
    },
    maxHoldMs,
  );
});

/** The moment of a fault, not a wait for something to happen. */
const passed = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
