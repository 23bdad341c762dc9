import { playRounds } from './measuring/rounds.js';
import { verifySameAnswer } from './measuring/same-answer.js';
import { measureTurn } from './measuring/turn.js';
import type { Options } from './options.js';
import { reasonsPage } from './page.js';
import { goals } from './report/goals.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { summarise } from './report/summary.js';
import { report } from './report/table.js';
import { startSubjects } from './subjects.js';
import { startSystem } from './system/system.js';
import { measureRpc } from './wire/rpc.js';

const say = (line: string): void => {
  console.log(line);
};

/**
 * Measures the list page through the whole house against its baselines.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchListPage(options: Options, signal: AbortSignal): Promise<void> {
  const cleanup = new AsyncDisposableStack();
  try {
    const system = await startSystem(cleanup, signal, say);
    const subjects = await startSubjects(system, cleanup);
    const answer = await verifySameAnswer(subjects, reasonsPage.rowsInAll);
    const machine = await describeMachine(system.postgres.url);
    say(
      `All answer the same ${Buffer.byteLength(answer)} bytes. ${options.rounds} rounds of ${subjects.length} ` +
        `× ${options.seconds} s at ${options.connections} connections, after a warm-up.`,
    );
    const turns = await playRounds(subjects, {
      rounds: options.rounds,
      measure: (subject) => measureTurn(subject, options, signal),
      inWords: ({ requestsPerSecond }) => `${requestsPerSecond.toFixed(0)}/s`,
      say,
    });
    say('Measuring the wire …');
    const wire = await measureRpc(system.nats.url(), answer, options, cleanup, signal);
    const reached = goals(turns, wire);
    const summaries = summarise(turns);
    say(`\n${report(summaries, reached)}\n`);
    say(
      `Written to ${writeResults('list-page', {
        machine,
        options,
        goals: reached,
        subjects: summaries,
        wire,
        turns: Object.fromEntries(turns),
      })}.`,
    );
  } finally {
    await cleanup.disposeAsync();
  }
}
