import { connected } from '../system/connected.js';
import { batchesPerTurn, documentsPerBatch, linesPerDocument } from './documents.js';
import { subjectNames, type Subject, type Turn } from './subject.js';
import type { RefundSystem } from './system.js';

type Micros = Readonly<Record<string, number>>;

/**
 * One turn of each subject. The first of one round is the last of the next, because every turn finds larger tables than
 * the one before; only what is the same again must come behind what it is the same as.
 */
export async function playRound(
  subjects: readonly Subject[],
  round: number,
  system: RefundSystem,
  signal: AbortSignal,
): Promise<Map<string, Turn>> {
  const turns = new Map<string, Turn>();
  const isAgain = ({ name }: Subject): boolean => name === subjectNames.again;
  const inOrder =
    round % 2 === 0
      ? subjects
      : [...subjects.filter((subject) => !isAgain(subject)).reverse(), ...subjects.filter(isAgain)];
  for (const subject of inOrder) {
    signal.throwIfAborted();
    turns.set(subject.name, await measureTurn(subject, round, system));
  }
  return turns;
}

/** @throws one sentence when the rows that arrived are not all and no more */
async function measureTurn(
  { name, account, cpuMicros, prepare }: Subject,
  round: number,
  system: RefundSystem,
): Promise<Turn> {
  const run = await prepare(round);
  await settle(system);
  const spent = (): Micros => Object.fromEntries(Object.entries(cpuMicros).map(([part, read]) => [part, read()]));
  const before = spent();
  const startedAt = performance.now();
  await run();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuMs = Object.fromEntries(
    Object.entries(spent()).map(([part, micros]) => [part, (micros - before[part]!) / 1000]),
  );
  await verify(system, name, account, (round + 1) * batchesPerTurn * documentsPerBatch);
  return { seconds, cpuMs };
}

/** Leaves nothing of the turns before for autovacuum or the checkpointer to do in the next. */
async function settle({ database, postgres }: RefundSystem): Promise<void> {
  await connected(database.ownerUrl, (owner) =>
    owner.query('vacuum (analyze) supplier_refund, supplier_refund_line, row_count, row_change, row_tally'),
  );
  await connected(postgres.url, (admin) => admin.query('checkpoint'));
}

async function verify({ database }: RefundSystem, name: string, account: number, documents: number): Promise<void> {
  const {
    rows: [stored],
  } = await connected(database.ownerUrl, (owner) =>
    owner.query<{ documents: number; lines: number }>(
      `select (select count(*)::integer from supplier_refund where account_id = $1 and document_id like 'return-%')
      as documents,
      (select count(*)::integer from supplier_refund_line line
        join supplier_refund refund on refund.account_id = line.account_id and refund.id = line.document
          where line.account_id = $1 and document_id like 'return-%') as lines`,
      [account],
    ),
  );
  if (stored!.documents !== documents || stored!.lines !== documents * linesPerDocument)
    throw new Error(
      `${name} stored ${stored!.documents} documents with ${stored!.lines} lines instead of ${documents} with ` +
        `${documents * linesPerDocument}.`,
    );
}
