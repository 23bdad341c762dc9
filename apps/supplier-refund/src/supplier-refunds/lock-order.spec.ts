import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SupplierRefund } from '@refundry/contracts';
import { dataSourceOf, migrate, Transactions, type IdempotentRequests } from '@refundry/persistence';
import type { ActionRequest } from '@refundry/resource';
import { deadlocksIn, testDatabase, type ProvisionedDatabase } from '@refundry/testing';
import type { DataSource } from 'typeorm';
import { BatchSaver } from '../saving/batch-saver.js';
import { supplierRefundMigrations } from '../supplier-refund.app.js';
import type { SupplierRefundsReader } from './supplier-refunds.reader.js';
import { SupplierRefundsService } from './supplier-refunds.service.js';

/** So many that two batches that begin together meet in the middle. */
const ids = Array.from({ length: 800 }, (_, index) => `document ${String(index).padStart(4, '0')}`);
const task = 4;

let database: ProvisionedDatabase;
let dataSources: DataSource[];
/** Of two replicas. */
let replicas: SupplierRefundsService[];

beforeEach(async () => {
  database = await testDatabase('supplier-refund');
  await migrate(database.ownerUrl, supplierRefundMigrations);
  dataSources = await Promise.all([1, 2].map(() => dataSourceOf(database.url, []).initialize()));
  replicas = dataSources.map((dataSource) => {
    const transactions = new Transactions(dataSource);
    return new SupplierRefundsService(
      transactions,
      new BatchSaver(transactions, {
        once: (_transaction: unknown, _options: unknown, work: () => Promise<object>) => work(),
      } as unknown as IdempotentRequests),
      {} as SupplierRefundsReader,
    );
  });
});

afterEach(() => disconnect());

async function disconnect(): Promise<void> {
  for (const dataSource of dataSources) if (dataSource.isInitialized) await dataSource.destroy();
}

const posted = (documents: readonly string[], description: string): readonly SupplierRefund[] =>
  documents.map((id) => ({
    document_id: id,
    supplier_id: 's',
    shop_id: 'x',
    date: '2026-01-01 00:00:00',
    responsible: 'r',
    description,
    products: [{ product_id: description, receive_document_id: 'd', qty: '1', price: '1', total_price: '1' }],
  })) as unknown as readonly SupplierRefund[];

const requestOf = <In extends object>(input: In): ActionRequest<In> =>
  ({ caller: { account: 1, scopes: [] }, input, deadline: Date.now() + 30_000 }) as unknown as ActionRequest<In>;

const save = (replica: number, documents: readonly string[], description: string): Promise<unknown> | undefined =>
  replicas[replica]?.save(requestOf(posted(documents, description)));
const remove = (replica: number, documents: readonly string[]): Promise<unknown> | undefined =>
  replicas[replica]?.removeMany(requestOf({ identifiers: [...documents] }));

describe('batches of the same documents in opposite orders, at two replicas at the same time', () => {
  it('wait for each other and get in no deadlock, when the documents are new and when they change', async () => {
    for (let round = 0; round < task; round += 1)
      await Promise.all([save(0, ids, `a ${round}`), save(1, ids.toReversed(), `b ${round}`)]);
    await disconnect();
    expect(await deadlocksIn(database)).toBe(0);
  });

  it('get in no deadlock with removals either', async () => {
    for (let round = 0; round < task; round += 1) {
      // Rows lie in the opposite order of their keys.
      for (let end = ids.length; end > 0; end -= 100) await save(0, ids.slice(end - 100, end), `new ${round}`);
      await Promise.all([save(0, ids, `changed ${round}`), remove(1, ids.toReversed())]);
    }
    await disconnect();
    expect(await deadlocksIn(database)).toBe(0);
  });
});
