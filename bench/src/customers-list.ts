import { makeAccounts } from './customers-list/accounts.js';
import { inTurn, startSubjects, type ListSubject } from './customers-list/subjects.js';
import { measureCount } from './customers-list/count.js';
import { takeFewRequests } from './customers-list/few-requests.js';
import { goals } from './customers-list/goals.js';
import { summarise } from './customers-list/summary.js';
import { report } from './customers-list/table.js';
import { playRounds } from './measuring/rounds.js';
import { verifySameAnswer } from './measuring/same-answer.js';
import type { Turn } from './measuring/subject.js';
import { measureTurn } from './measuring/turn.js';
import type { Options } from './options.js';
import { pageSize } from './page.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { startInfrastructure, startBenchSystem } from './system/infrastructure.js';
import { startNatsWithStreams } from './system/servers.js';

const say = (line: string): void => {
  console.log(line);
};

const fewRows = 100_000;
const manyRows = 10_000_000;

/**
 * Measures near and far pages of a long list, and of a very long one.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchCustomersList(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const { rounds, seconds, connections, rows = manyRows } = options;
  const infrastructure = await startInfrastructure(startNatsWithStreams, cleanup, signal, say);
  const accounts = await makeAccounts(
    infrastructure,
    [...new Set([fewRows, Math.ceil(rows / pageSize) * pageSize])],
    say,
  );
  signal.throwIfAborted();
  const system = await startBenchSystem(infrastructure, cleanup, say);
  const pages = await startSubjects(accounts, infrastructure, system, connections, cleanup);
  for (const [first, ...others] of pages) await verifySameAnswer([first!, ...others], first!.rowsInAll);
  const machine = await describeMachine(infrastructure.postgres.url);
  const subjects = inTurn(pages.flat());
  say(
    `All answer the same bytes for the same page. ${rounds} rounds of ${subjects.length} × ${seconds} s, after ` +
      'a warm-up.',
  );
  const measure = (subject: ListSubject): Promise<Turn> =>
    subject.who === 'OFFSET'
      ? takeFewRequests(subject, signal)
      : measureTurn(subject, { seconds, connections: subject.connections }, signal);
  const turns = await playRounds(subjects, {
    rounds,
    measure,
    inWords: ({ p50Ms }) => `${p50Ms.toFixed(2)} ms`,
    say,
  });
  say('Measuring the count …');
  const countMs = await measureCount(infrastructure.omsDatabase.url, accounts.at(-1)!, rounds);
  const reached = goals(turns, accounts, connections, countMs);
  const summaries = summarise(turns);
  say(`\n${report(summaries, reached)}\n`);
  say(
    `Written to ${writeResults('customers-list', {
      machine,
      options,
      goals: reached,
      subjects: summaries,
      countMs,
      turns: Object.fromEntries(turns),
    })}.`,
  );
}
