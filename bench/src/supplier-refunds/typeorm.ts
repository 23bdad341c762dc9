import { DataSource, EntitySchema, type EntityManager } from 'typeorm';
import { cpuMicrosOf, ownCpuMicros } from '../measuring/cpu-time.js';
import { batchesPerTurn, batchOf, type PostedDocument } from './documents.js';
import { anyHash, documentColumns, documentValues, lineColumns, lineValues } from './rows.js';
import { ownAccounts, subjectNames, type Subject } from './subject.js';
import type { RefundSystem } from './system.js';

interface LineRow {
  id?: string;
  account_id: number;
  refund?: RefundRow;
}

interface RefundRow {
  id?: string;
  account_id: number;
  lines?: LineRow[];
}

const refunds = new EntitySchema<RefundRow>({
  name: 'refund',
  tableName: 'supplier_refund',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    ...Object.fromEntries(documentColumns.map((name) => [name, { type: typeOf(name), nullable: true }])),
  },
  relations: { lines: { type: 'one-to-many', target: 'line', inverseSide: 'refund', cascade: true } },
});

const lines = new EntitySchema<LineRow>({
  name: 'line',
  tableName: 'supplier_refund_line',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    ...Object.fromEntries(
      lineColumns.filter((name) => name !== 'document').map((name) => [name, { type: typeOf(name), nullable: true }]),
    ),
  },
  relations: {
    refund: { type: 'many-to-one', target: 'refund', joinColumn: { name: 'document', referencedColumnName: 'id' } },
  },
});

function typeOf(column: string): 'integer' | 'numeric' | 'timestamp' | 'bytea' | 'text' {
  const types = {
    account_id: 'integer',
    date: 'timestamp',
    lines_hash: 'bytea',
    qty: 'numeric',
    price: 'numeric',
    total_price: 'numeric',
  } as const;
  return (types as Partial<Record<string, (typeof types)[keyof typeof types]>>)[column] ?? 'text';
}

const objectOf = (names: readonly string[], values: readonly unknown[]): object =>
  Object.fromEntries(
    names.map((name, index) => [name, name === 'lines_hash' ? Buffer.from(anyHash.slice(2), 'hex') : values[index]]),
  );
const refundOf = (account: number, document: PostedDocument): RefundRow =>
  objectOf(documentColumns, documentValues(account, document)) as RefundRow;
const linesOf = (account: number, id: number, document: PostedDocument): LineRow[] =>
  lineValues(account, id, document).map((values) => objectOf(lineColumns, values) as LineRow);

/** The common implementation: entities with their lines, saved by the thousand. */
export const saveOf = (system: RefundSystem, cleanup: AsyncDisposableStack): Promise<Subject> =>
  typeorm('save', system, cleanup, async (manager, account, documents) => {
    await manager.save(
      refunds,
      documents.map((document) => ({ ...refundOf(account, document), lines: linesOf(account, 0, document) })),
      { chunk: 1000 },
    );
  });

/** PostgreSQL takes so many parameters for a statement. */
const linesPerInsert = 5000;

/** An expert's implementation: an upsert of the documents, then their lines removed and inserted anew. */
export const upsertOf = (system: RefundSystem, cleanup: AsyncDisposableStack): Promise<Subject> =>
  typeorm('upsert', system, cleanup, async (manager, account, documents) => {
    const { identifiers } = await manager.upsert(
      refunds,
      documents.map((document) => refundOf(account, document)),
      ['account_id', 'document_id', 'shop_id'],
    );
    const ids = identifiers.map(({ id }) => Number(id));
    await manager.createQueryBuilder().delete().from(lines).where('document = any(:ids)', { ids }).execute();
    const all = documents.flatMap((document, index) =>
      linesOf(account, ids[index]!, document).map(({ ...line }) => ({ ...line, refund: { id: String(ids[index]) } })),
    );
    for (let from = 0; from < all.length; from += linesPerInsert)
      await manager.insert(lines, all.slice(from, from + linesPerInsert));
  });

type Store = (manager: EntityManager, account: number, documents: readonly PostedDocument[]) => Promise<void>;

async function typeorm(
  which: 'save' | 'upsert',
  { database, serverPids }: RefundSystem,
  cleanup: AsyncDisposableStack,
  store: Store,
): Promise<Subject> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: database.ownerUrl,
    entities: [refunds, lines],
    poolSize: 1,
  }).initialize();
  cleanup.defer(() => dataSource.destroy());
  return {
    name: subjectNames[which],
    account: ownAccounts[which],
    cpuMicros: { client: ownCpuMicros, postgres: () => cpuMicrosOf(serverPids.postgres) },
    prepare: (round) => {
      const batches = Array.from({ length: batchesPerTurn }, (_, batch) => batchOf(round, batch));
      return Promise.resolve(async () => {
        for (const documents of batches)
          await dataSource.transaction((manager) => store(manager, ownAccounts[which], documents));
      });
    },
  };
}
