import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SupplierRefundEvent } from '@refundry/contracts';
import { EventReader, type Event } from '../system/event-reader.js';
import { postedRefund, refundsPath } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

let system: SharedSystem;
let client: RetailClient;
let account: number;
let reader: EventReader;

beforeAll(async () => {
  system = await SharedSystem.join();
  reader = await EventReader.open(system.natsUrl('reader'), 'supplier-refund');
});

afterAll(async () => {
  await reader.close();
  await system.leave();
});

beforeEach(async () => {
  client = await system.newRetailClient();
  account = await system.accountId(client.account);
});

type RefundEvent = Event & SupplierRefundEvent;

const save = async (...bodies: readonly unknown[]): Promise<void> => {
  const { status, text } = await client.post(refundsPath, bodies);
  if (status !== 201) throw new Error(`${status} ${text}`);
};

/** The published events of the account, once all are published. */
async function events(): Promise<RefundEvent[]> {
  await until(
    'the outbox is empty',
    async () =>
      (await system.query('supplier-refund', 'select from outbox where account_id = $1', [account])).length === 0,
  );
  return (await reader.events<RefundEvent>()).filter((event) => event.account === account);
}

/** Each event in short. */
const told = async (): Promise<unknown[]> =>
  (await events()).map(({ type, documents }) => [type.split('.').at(-1), [...documents].toSorted()]);

describe('other teams', () => {
  it('are told which documents were saved', async () => {
    await save(postedRefund('a'), postedRefund('b', { shop_id: 'lviv' }));
    expect(await events()).toEqual([
      {
        id: expect.any(String) as unknown,
        type: 'supplier_refund.document.saved',
        version: 1,
        occurred: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
        account,
        documents: ['a_kyiv-1', 'b_lviv'],
      },
    ]);
  });

  it('hear only of those that are new or have changed, and nothing of a batch that changes nothing', async () => {
    await save(postedRefund('a'), postedRefund('b'));
    await save(postedRefund('a'), postedRefund('b'));
    await save(postedRefund('a'), postedRefund('b', { description: 'torn' }), postedRefund('c'));
    await client.request('PATCH', `${refundsPath}a_kyiv-1/`, {});
    await client.request('PATCH', `${refundsPath}a_kyiv-1/`, { description: 'torn' });
    expect(await told()).toEqual([
      ['saved', ['a_kyiv-1', 'b_kyiv-1']],
      ['saved', ['b_kyiv-1', 'c_kyiv-1']],
      ['saved', ['a_kyiv-1']],
    ]);
  });

  it('hear once of what is sent again with its Idempotency-Key', async () => {
    for (let time = 0; time < 2; time++)
      await client.post(refundsPath, [postedRefund('a')], { 'idempotency-key': 'once' });
    expect(await told()).toEqual([['saved', ['a_kyiv-1']]]);
  });

  it('hear nothing of what is refused', async () => {
    expect((await client.post(refundsPath, [postedRefund('a'), {}])).status).toBe(400);
    await save(postedRefund('b'));
    expect((await client.request('PATCH', `${refundsPath}b_kyiv-1/`, { document_id: 'c' })).status).toBe(400);
    expect(await told()).toEqual([['saved', ['b_kyiv-1']]]);
  });

  it('are told which documents were removed', async () => {
    await save(postedRefund('a'), postedRefund('b'), postedRefund('b', { shop_id: 'lviv' }));
    await client.request('DELETE', `${refundsPath}a_kyiv-1/`);
    await client.request('DELETE', refundsPath, { identifiers: ['b', 'unknown'] });
    await client.request('DELETE', refundsPath, { identifiers: ['b', 'unknown'] });
    expect((await told()).slice(1)).toEqual([
      ['removed', ['a_kyiv-1']],
      ['removed', ['b_kyiv-1', 'b_lviv']],
    ]);
  });

  it('are told of a large batch, with ids as long as they may be, in several events', async () => {
    // Six bytes of JSON for each character, as many as there can be.
    const long = (n: number): string => `${'\u0001'.repeat(145)}${String(n).padStart(4, '0')}`;
    const shop = '\u0001'.repeat(150);
    await save(...Array.from({ length: 1200 }, (_, n) => postedRefund(long(n), { shop_id: shop })));
    const all = await events();
    for (const event of all) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(8192);
    expect(all.flatMap(({ documents }) => documents)).toEqual(
      Array.from({ length: 1200 }, (_, n) => `${long(n)}_${shop}`),
    );
  });
});
