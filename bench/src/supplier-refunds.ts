import { MemoryWatch } from './measuring/memory.js';
import type { Options } from './options.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { copyOf } from './supplier-refunds/copy.js';
import { batchesPerTurn, documentsPerBatch, linesPerDocument, rowsPerTurn } from './supplier-refunds/documents.js';
import { goals } from './supplier-refunds/goals.js';
import { ourBatches, ourBatchesAgain } from './supplier-refunds/ours.js';
import { playRound } from './supplier-refunds/rounds.js';
import { playSingles, type SingleTurn } from './supplier-refunds/single.js';
import type { Turn } from './supplier-refunds/subject.js';
import { summarise } from './supplier-refunds/summary.js';
import { startRefundSystem } from './supplier-refunds/system.js';
import { report } from './supplier-refunds/table.js';
import { saveOf, upsertOf } from './supplier-refunds/typeorm.js';

const say = (line: string): void => {
  console.log(line);
};

/**
 * Measures batches of supplier refunds against PostgreSQL's COPY and against what TypeORM offers.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchSupplierRefunds({ rounds: wanted }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startRefundSystem(cleanup, signal, say);
  const subjects = [
    ourBatches(system),
    await copyOf(system, cleanup),
    await upsertOf(system, cleanup),
    await saveOf(system, cleanup),
    ourBatchesAgain(system),
  ];
  const machine = await describeMachine(system.postgres.url);
  say(
    `${wanted} rounds of ${subjects.length} × ${batchesPerTurn} batches of ${documentsPerBatch} documents with ` +
      `${linesPerDocument} lines, after a warm-up. Every turn leaves its rows in the tables.`,
  );
  const watch = cleanup.use(new MemoryWatch(system.service.pid));
  say(`Warm-up: ${inWords(await playRound(subjects, 0, system, signal))}`);
  await playSingles(system, 0, signal);
  watch.begin();
  const rounds: Map<string, Turn>[] = [];
  const singles: SingleTurn[] = [];
  for (let round = 1; round <= wanted; round += 1) {
    const turns = await playRound(subjects, round, system, signal);
    rounds.push(turns);
    const single = await playSingles(system, round, signal);
    singles.push(single);
    say(
      `Round ${round} of ${wanted}: ${inWords(turns)}; one document ${single.oursMs.toFixed(2)} ms, bare ` +
        `${single.bareMs.toFixed(2)} ms`,
    );
  }
  const { memory } = watch;
  const summaries = summarise(rounds);
  const reached = goals(rounds, memory);
  say(`\n${report(summaries, singles, memory, reached)}\n`);
  say(
    `Written to ${writeResults('supplier-refunds', {
      machine,
      options: { rounds: wanted },
      rowsPerTurn,
      goals: reached,
      subjects: summaries,
      singles,
      memory,
      turns: rounds.map((round) => Object.fromEntries(round)),
    })}.`,
  );
}

const inWords = (turns: ReadonlyMap<string, Turn>): string =>
  [...turns].map(([subject, { seconds }]) => `${subject} ${seconds.toFixed(2)} s`).join(', ');
