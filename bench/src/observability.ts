import { playRounds } from './measuring/rounds.js';
import { verifySameAnswer } from './measuring/same-answer.js';
import { measureTurn } from './measuring/turn.js';
import { systemNames, startSystems } from './observability/systems.js';
import { report } from './observability/table.js';
import type { Options } from './options.js';
import { reasonsPage } from './page.js';
import { atLeast } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { ratioOf } from './report/summary.js';
import { newCaller } from './system/caller.js';
import { loadCancellationReasons } from './system/cancellation-reasons.js';
import { startInfrastructure } from './system/infrastructure.js';
import { startNats } from './system/servers.js';

const say = (line: string): void => {
  console.log(line);
};

/**
 * Measures the list page with logs, metrics and traces as in production, and with none of them.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchObservability(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const { rounds, seconds, connections } = options;
  const infrastructure = await startInfrastructure(startNats, cleanup, signal, say);
  const caller = await newCaller(infrastructure.operator, 'bench');
  say('Loading 100,000 cancellation reasons …');
  await loadCancellationReasons(infrastructure.omsDatabase.ownerUrl, infrastructure.postgres.url, caller.account);
  signal.throwIfAborted();
  say('Starting everything twice …');
  const systems = await startSystems(infrastructure, caller, cleanup);
  await verifySameAnswer(systems, reasonsPage.rowsInAll);
  const machine = await describeMachine(infrastructure.postgres.url);
  say(
    `Both answer the same bytes. ${rounds} rounds of ${systems.length} × ${seconds} s at ${connections} ` +
      'connections, after a warm-up.',
  );
  const turns = await playRounds(systems, {
    rounds,
    measure: (system) => measureTurn(system, options, signal),
    inWords: ({ requestsPerSecond }) => `${requestsPerSecond.toFixed(0)}/s`,
    say,
  });
  const goals = [
    atLeast(
      'logs, metrics and traces against none of them',
      0.9,
      ratioOf(turns, systemNames.watched, systemNames.unwatched),
    ),
  ];
  say(`\n${report(turns, goals)}\n`);
  say(`Written to ${writeResults('observability', { machine, options, goals, turns: Object.fromEntries(turns) })}.`);
}
