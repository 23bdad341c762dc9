import { pullAgain, type IncrementalPull } from './customers-pull/incremental.js';
import { spreadOf } from './measuring/statistics.js';
import type { Options } from './options.js';
import { atMost } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { copyOf } from './setup/copy.js';
import { customers } from './setup/customers.js';
import { drainOf } from './setup/drain.js';
import { goals } from './setup/goals.js';
import { measureSetup } from './setup/measure.js';
import { ourSetup } from './setup/ours.js';
import { summarise } from './setup/summary.js';
import { startSetupSystem } from './setup/system.js';
import { report } from './setup/table.js';

const say = (line: string): void => {
  console.log(line);
};

const allRows = 1_000_000;

/**
 * Measures the first pull of an account's customers against reading Omnitron's pages alone and against PostgreSQL's
 * COPY alone, and the pull after it.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchCustomersPull(
  { rounds: wanted, rows = allRows }: Options,
  signal: AbortSignal,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const step = customers(rows);
  const system = await startSetupSystem(step, cleanup, signal, say);
  const again: IncrementalPull[] = [];
  const ours = ourSetup(system, signal, async (caller) => {
    again.push(await pullAgain(system, caller, signal));
  });
  const subjects = [ours, drainOf(system), await copyOf(system, cleanup)];
  const machine = await describeMachine(system.postgres.url);
  const { rounds, memory } = await measureSetup(system, subjects, wanted, cleanup, signal, say);
  const summaries = summarise(rounds, rows);
  const reached = [
    ...goals(step, rounds, memory),
    atMost('requests of a pull with nothing new', 1, spreadOf(again.map(({ requests }) => requests))),
    atMost('customers written by it', 0, spreadOf(again.map(({ written }) => written))),
  ];
  say(
    `\n${report(summaries, memory, reached)}\n\n` +
      `A pull with nothing new took ${spreadOf(again.map(({ seconds }) => seconds)).median.toFixed(2)} s.\n`,
  );
  say(
    `Written to ${writeResults('customers-pull', {
      machine,
      options: { rounds: wanted },
      rows,
      goals: reached,
      subjects: summaries,
      memory,
      again,
      turns: rounds.map((round) => Object.fromEntries(round)),
    })}.`,
  );
}
