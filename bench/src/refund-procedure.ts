import { summarise } from './customers-list/summary.js';
import { playRounds } from './measuring/rounds.js';
import { measureTurn } from './measuring/turn.js';
import type { Options } from './options.js';
import { againstB1, goals } from './refund-procedure/goals.js';
import { countRoundTrips } from './refund-procedure/round-trips.js';
import { startSubjects, verifySameQuote } from './refund-procedure/subjects.js';
import { startProcedureSystem } from './refund-procedure/system.js';
import { report } from './refund-procedure/table.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { spread } from './report/text-table.js';

const say = (line: string): void => {
  console.log(line);
};

/**
 * Measures quotes of refunds through the whole house against a plain handler.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchRefundProcedure(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const { rounds, seconds, connections } = options;
  const system = await startProcedureSystem(cleanup, signal, say);
  const subjects = await startSubjects(system, connections, cleanup);
  const [ours, b1] = subjects;
  await verifySameQuote(ours, b1);
  const machine = await describeMachine(system.postgres.url);
  say(`Both quote the same. ${rounds} rounds of ${subjects.length} × ${seconds} s, after a warm-up.`);
  const turns = await playRounds(subjects, {
    rounds,
    measure: (subject) => measureTurn(subject, { seconds, connections: subject.connections }, signal),
    inWords: ({ requestsPerSecond }) => `${requestsPerSecond.toFixed(0)}/s`,
    say,
  });
  const roundTrips = await countRoundTrips(system, ours, signal);
  const [summaries, reached, ratio] = [summarise(turns), goals(turns, roundTrips), againstB1(turns)];
  say(`\n${report(summaries, reached)}\n\nRefundry against B1: ${spread(ratio, 2)}\n`);
  say(
    `Written to ${writeResults('refund-procedure', {
      machine,
      options,
      goals: reached,
      againstB1: ratio,
      roundTrips,
      subjects: summaries,
      turns: Object.fromEntries(turns),
    })}.`,
  );
}
