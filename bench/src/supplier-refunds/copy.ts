import pg from 'pg';
import { cpuMicrosOf, ownCpuMicros } from '../measuring/cpu-time.js';
import { copyIn } from '../system/copy-in.js';
import { batchesPerTurn, batchOf, documentsPerBatch } from './documents.js';
import { documentColumns, documentValues, lineColumns, lineValues } from './rows.js';
import { ownAccounts, subjectNames, type Subject } from './subject.js';
import type { RefundSystem } from './system.js';

/** Ids that the sequence gives nobody. */
const firstId = 1_000_000_000;

/**
 * PostgreSQL's share: the same rows, made ready beforehand, copied in one transaction for each batch, by the owner of
 * the tables, because PostgreSQL copies nothing into tables with row-level security for anybody else.
 */
export async function copyOf({ database, serverPids }: RefundSystem, cleanup: AsyncDisposableStack): Promise<Subject> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  cleanup.defer(() => owner.end());
  return {
    name: subjectNames.copy,
    account: ownAccounts.copy,
    cpuMicros: { client: ownCpuMicros, postgres: () => cpuMicrosOf(serverPids.postgres) },
    prepare: (round) => {
      const bodies = Array.from({ length: batchesPerTurn }, (_, batch) => bodiesOf(round, batch));
      return Promise.resolve(async () => {
        for (const { documents, lines } of bodies) {
          await owner.query('begin');
          await copyIn(owner, 'supplier_refund', ['id', ...documentColumns], documents);
          await copyIn(owner, 'supplier_refund_line', lineColumns, lines);
          await owner.query('commit');
        }
      });
    },
  };
}

function bodiesOf(round: number, batch: number): { documents: Buffer; lines: Buffer } {
  const first = firstId + (round * batchesPerTurn + batch) * documentsPerBatch;
  const posted = batchOf(round, batch);
  return {
    documents: textOf(posted.map((document, index) => [first + index, ...documentValues(ownAccounts.copy, document)])),
    lines: textOf(posted.flatMap((document, index) => lineValues(ownAccounts.copy, first + index, document))),
  };
}

/** COPY's text format; nothing in these rows needs to be escaped but the hash's own backslash. */
const textOf = (rows: readonly (readonly (string | number | null)[])[]): Buffer =>
  Buffer.from(
    rows
      .map(
        (row) => `${row.map((value) => (value === null ? '\\N' : String(value).replace('\\', '\\\\'))).join('\t')}\n`,
      )
      .join(''),
  );
