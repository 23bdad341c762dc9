import { copyOf } from './address-setup/copy.js';
import { drainOf } from './address-setup/drain.js';
import { goals } from './address-setup/goals.js';
import { levels, rowsInAll } from './address-setup/levels.js';
import { ourSetup } from './address-setup/ours.js';
import { playRound } from './address-setup/rounds.js';
import type { Turn } from './address-setup/subject.js';
import { summarise } from './address-setup/summary.js';
import { startSetupSystem } from './address-setup/system.js';
import { report } from './address-setup/table.js';
import { MemoryWatch } from './measuring/memory.js';
import type { Options } from './options.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';

const say = (line: string): void => { console.log(line); };

/** Measures the address setup of a new account against reading Omnitron's pages alone and against PostgreSQL's COPY alone. @throws one sentence when it can't, Interrupted when told to end */
export async function benchAddressSetup({ rounds: wanted }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startSetupSystem(cleanup, signal, say);
  const subjects = [ourSetup(system, signal), drainOf(system), await copyOf(system, cleanup)];
  const machine = await describeMachine(system.postgres.url);
  say(`${wanted} rounds of ${subjects.length} × ${rowsInAll} rows, after a warm-up. Every turn but the drain's leaves its rows in the tables.`);
  const watch = cleanup.use(new MemoryWatch(system.oms.pid));
  say(`Warm-up: ${inWords(await playRound(subjects, 0, system, signal))}`);
  watch.begin();
  const rounds: Map<string, Turn>[] = [];
  for (let round = 1; round <= wanted; round += 1) {
    const turns = await playRound(subjects, round, system, signal);
    rounds.push(turns);
    say(`Round ${round} of ${wanted}: ${inWords(turns)}`);
  }
  const { memory } = watch;
  const summaries = summarise(rounds);
  const reached = goals(rounds, memory);
  say(`\n${report(summaries, memory, reached)}\n`);
  const rows = Object.fromEntries(levels.map(({ resource, rows: number }) => [resource, number]));
  say(`Written to ${writeResults('address-setup', { machine, options: { rounds: wanted }, rows, goals: reached, subjects: summaries, memory, turns: rounds.map((round) => Object.fromEntries(round)) })}.`);
}

const inWords = (turns: ReadonlyMap<string, Turn>): string => [...turns].map(([subject, { seconds }]) => `${subject} ${seconds.toFixed(2)} s`).join(', ');
