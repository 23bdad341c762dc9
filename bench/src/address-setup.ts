import type { Options } from './options.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { addresses } from './setup/addresses.js';
import { copyOf } from './setup/copy.js';
import { drainOf } from './setup/drain.js';
import { goals } from './setup/goals.js';
import { measureSetup } from './setup/measure.js';
import { ourSetup } from './setup/ours.js';
import { rowsOf } from './setup/step.js';
import { summarise } from './setup/summary.js';
import { startSetupSystem } from './setup/system.js';
import { report } from './setup/table.js';

const say = (line: string): void => {
  console.log(line);
};

/**
 * Measures the address setup of a new account against reading Omnitron's pages alone and against PostgreSQL's COPY
 * alone.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchAddressSetup({ rounds: wanted }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startSetupSystem(addresses, cleanup, signal, say);
  const subjects = [ourSetup(system, signal), drainOf(system), await copyOf(system, cleanup)];
  const machine = await describeMachine(system.postgres.url);
  const { rounds, memory } = await measureSetup(system, subjects, wanted, cleanup, signal, say);
  const summaries = summarise(rounds, rowsOf(addresses));
  const reached = goals(addresses, rounds, memory);
  say(`\n${report(summaries, memory, reached)}\n`);
  const rows = Object.fromEntries(addresses.levels.map(({ resource, rows: number }) => [resource, number]));
  say(
    `Written to ${writeResults('address-setup', {
      machine,
      options: { rounds: wanted },
      rows,
      goals: reached,
      subjects: summaries,
      memory,
      turns: rounds.map((round) => Object.fromEntries(round)),
    })}.`,
  );
}
