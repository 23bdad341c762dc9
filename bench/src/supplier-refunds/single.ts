import pg from 'pg';
import { spreadOf } from '../measuring/statistics.js';
import { documentOf, linesPerDocument, type PostedDocument } from './documents.js';
import { post } from './ours.js';
import { documentColumns, documentValues, lineColumns, lineValues } from './rows.js';
import { ownAccounts } from './subject.js';
import type { RefundSystem } from './system.js';

/** How long one document takes, in milliseconds: the medians of a round. */
export interface SingleTurn {
  readonly oursMs: number;
  readonly bareMs: number;
}

const documentsPerRound = 200;

/** One document after the other, by us and by one bare statement, in turns. */
export async function playSingles(system: RefundSystem, round: number, signal: AbortSignal): Promise<SingleTurn> {
  const owner = new pg.Client({ connectionString: system.database.ownerUrl });
  await owner.connect();
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let index = 0; index < documentsPerRound; index++) {
    signal.throwIfAborted();
    const document = documentOf(`single-${round}-${index}`, index);
    const body = JSON.stringify(document);
    ours.push(await milliseconds(() => post(system, body, { created: 1, updated: 0 })));
    bare.push(await milliseconds(() => upsert(owner, document)));
  }
  await owner.end();
  return { oursMs: spreadOf(ours).median, bareMs: spreadOf(bare).median };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const parameters = (first: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `$${first + index}`).join(', ');
const lineOffset = documentColumns.length + 1;
const valuesPerLine = lineColumns.length - 2;
const types = ['text', 'text', 'numeric', 'numeric', 'numeric'];

const statement = `
  with refund as (
    insert into supplier_refund (${documentColumns.join(', ')}) values (${parameters(1, documentColumns.length)})
    on conflict (account_id, document_id, shop_id) do update
      set supplier_id = excluded.supplier_id, date = excluded.date, responsible = excluded.responsible,
        description = excluded.description, lines_hash = excluded.lines_hash
    returning account_id, id
  ), former as (delete from supplier_refund_line where (account_id, document) in (select account_id, id from refund))
  insert into supplier_refund_line (${lineColumns.join(', ')}) select account_id, id, line.*
  from refund,
    (values
      ${Array.from(
        { length: linesPerDocument },
        (_, line) =>
          `(${types.map((type, column) => `$${lineOffset + line * valuesPerLine + column}::${type}`).join(', ')})`,
      ).join(', ')}) line`;

const upsert = (owner: pg.Client, document: PostedDocument): Promise<unknown> =>
  owner.query({
    name: 'upsert',
    text: statement,
    values: [
      ...documentValues(ownAccounts.single, document),
      ...lineValues(ownAccounts.single, 0, document).flatMap((line) => line.slice(2)),
    ],
  });
