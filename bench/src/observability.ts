import { playRounds } from './measuring/rounds.js';
import { verifySameAnswer } from './measuring/same-answer.js';
import { takeTurn } from './measuring/turn.js';
import { houseNames, startHouses } from './observability/houses.js';
import { report } from './observability/table.js';
import type { Options } from './options.js';
import { reasonsPage } from './page.js';
import { atLeast } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { ratioOf } from './report/summary.js';
import { newCaller } from './system/caller.js';
import { loadCancellationReasons } from './system/cancellation-reasons.js';
import { startGround } from './system/ground.js';
import { startNats } from './system/servers.js';

const say = (line: string): void => { console.log(line); };

/** Measures the list page with logs, metrics and traces as in production, and with none of them. @throws one sentence when it can't, Interrupted when told to end */
export async function benchObservability(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const { rounds, seconds, connections } = options;
  const ground = await startGround(startNats, cleanup, signal, say);
  const caller = await newCaller(ground.operator, 'bench');
  say('Loading 100,000 cancellation reasons …');
  await loadCancellationReasons(ground.omsDatabase.ownerUrl, ground.postgres.url, caller.account);
  signal.throwIfAborted();
  say('Starting everything twice …');
  const houses = await startHouses(ground, caller, cleanup);
  await verifySameAnswer(houses, reasonsPage.rowsInAll);
  const machine = await describeMachine(ground.postgres.url);
  say(`Both answer the same bytes. ${rounds} rounds of ${houses.length} × ${seconds} s at ${connections} connections, after a warm-up.`);
  const turns = await playRounds(houses, {
    rounds, take: (house) => takeTurn(house, options, signal), inWords: ({ requestsPerSecond }) => `${requestsPerSecond.toFixed(0)}/s`, say,
  });
  const goals = [atLeast('logs, metrics and traces against none of them', 0.9, ratioOf(turns, houseNames.watched, houseNames.unwatched))];
  say(`\n${report(turns, goals)}\n`);
  say(`Written to ${writeResults('observability', { machine, options, goals, turns: Object.fromEntries(turns) })}.`);
}
