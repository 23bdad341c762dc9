import { timeToEnd } from './customers-export/abort.js';
import { goals, type Memories } from './customers-export/goals.js';
import type { Subject, Turn } from './customers-export/subject.js';
import { csvSubjects, verifySameRows, workbookSubject } from './customers-export/subjects.js';
import { summarise } from './customers-export/summary.js';
import { startExportSystem } from './customers-export/system.js';
import { report } from './customers-export/table.js';
import { rowsOfSheet } from './customers/load-customers.js';
import { MemoryWatch } from './measuring/memory.js';
import { playRounds } from './measuring/rounds.js';
import { spentOn } from './measuring/spent.js';
import type { Options } from './options.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';

const say = (line: string): void => {
  console.log(line);
};

/**
 * Measures the customers' list as a file against PostgreSQL's COPY alone.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchCustomersExport(
  { rounds, rows = rowsOfSheet }: Options,
  signal: AbortSignal,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startExportSystem(rows, cleanup, signal, say);
  const watched = { oms: system.oms.pid, gateway: system.gateway.pid, nats: system.serverPids.nats };
  const watches = Object.entries(watched).map(([name, pid]) => [name, cleanup.use(new MemoryWatch(pid))] as const);
  const play = async (subjects: readonly Subject[]): Promise<{ turns: Map<string, Turn[]>; memories: Memories }> => {
    const turns = await playRounds(subjects, {
      rounds,
      measure,
      inWords: ({ seconds }) => `${seconds.toFixed(2)} s`,
      say,
      onBegin: () => {
        for (const [, watch] of watches) watch.begin();
      },
    });
    return { turns, memories: Object.fromEntries(watches.map(([name, watch]) => [name, watch.memory])) };
  };
  await verifySameRows(system, signal);
  const machine = await describeMachine(system.postgres.url);
  say(`The CSV holds what COPY writes. ${rounds} rounds of ${system.rows.toLocaleString('en')} rows, after a warm-up.`);
  const csv = await play(csvSubjects(system, signal));
  const workbook = await play([workbookSubject(system, signal)]);
  const abortMs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) abortMs.push(await timeToEnd(system, signal));
  const turns = new Map([...csv.turns, ...workbook.turns]);
  const reached = goals(turns, abortMs, csv.memories, workbook.memories);
  const summaries = summarise(turns, system.rows);
  say(`\n${report(summaries, csv.memories, workbook.memories, reached)}\n`);
  const figures = {
    machine,
    options: { rounds },
    rows: system.rows,
    goals: reached,
    subjects: summaries,
    memory: { csv: csv.memories, workbook: workbook.memories },
    abortMs,
    turns: Object.fromEntries(turns),
  };
  say(`Written to ${writeResults('customers-export', figures)}.`);
}

async function measure({ cpuMicros, run }: Subject): Promise<Turn> {
  const { outcome, ...spent } = await spentOn(cpuMicros, run);
  return { ...spent, ...outcome };
}
