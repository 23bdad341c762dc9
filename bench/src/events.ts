import { deliverBare, deliverOurs } from './events/backlog.js';
import { Publisher } from './events/publisher.js';
import { measurePurge } from './events/purge.js';
import { startReceiver } from './events/receiver.js';
import { measureReplay, post } from './events/replay.js';
import { measureLags, type Lags, type Percentiles } from './events/steady.js';
import { ratiosOf, spreadOf } from './measuring/statistics.js';
import { playRounds } from './measuring/rounds.js';
import type { Options } from './options.js';
import { atMost, type Goal } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { aligned, goalTable, spread, type Cells } from './report/text-table.js';
import { startRefundSystem } from './supplier-refunds/system.js';

const say = (line: string): void => {
  console.log(line);
};

const defaultRows = 100_000;
const maxLagMs = 2000;
const eventsOfTurn = 2000;
/** As many turns' time for what is watched over a while. */
const steadyTurns = 6;

/**
 * Measures events on their way through the log, JetStream and a webhook, against a bare loop of `insert` and `fetch`; a
 * replay; and the purge beside writers.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchEvents({ rows = defaultRows, ...options }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startRefundSystem(cleanup, signal, say, { ALLOW_PLAIN_WEBHOOKS: 'true' });
  const machine = await describeMachine(system.postgres.url);
  const receiver = await startReceiver(cleanup, signal);
  const publisher = await Publisher.open(system.database.url, system.account, cleanup);
  const input = { url: receiver.url, event_types: ['supplier_refund.*'] };
  const { id: webhook } = (await post(system, 'webhooks/', input)) as { id: number };
  const seconds = options.seconds * steadyTurns;
  say(`500 events a second for ${seconds} s …`);
  const lags = await measureLags({ system, publisher, receiver, seconds, signal });
  say(`\n${aligned(lagTable(lags))}\n`);
  const turns = await playRounds(
    [
      { name: 'Refundry', deliver: () => deliverOurs(publisher, receiver, eventsOfTurn) },
      { name: 'insert and fetch', deliver: () => deliverBare(system, receiver.url, eventsOfTurn) },
    ],
    {
      rounds: options.rounds,
      measure: ({ deliver }) => deliver(),
      inWords: (perSecond) => `${perSecond.toFixed(0)}/s`,
      say,
    },
  );
  const ratio = ratiosOf(turns.get('Refundry')!, turns.get('insert and fetch')!);
  say(`Refundry against insert and fetch: ${spread(ratio, 2)}. A replay of ${rows.toLocaleString('en')} events …`);
  const replay = await measureReplay(system, receiver, webhook, rows);
  say(`Queued in ${replay.queuedSeconds.toFixed(1)} s, ${replay.deliveredPerSecond.toFixed(0)}/s delivered. A purge …`);
  const purge = await measurePurge(system, publisher, { events: 10 * rows, seconds, signal });
  say(
    `${purge.purgedPerSecond.toFixed(0)}/s purged; p99 of a writer ${purge.besideP99Ms.toFixed(1)} ms beside it, ` +
      `${purge.aloneP99Ms.toFixed(1)} ms alone.`,
  );
  const goals = goalsOf(lags);
  say(`\n${aligned(goalTable(goals))}\n`);
  say(`Written to ${writeResults('events', { machine, rows, goals, lags, ratio, replay, purge })}.`);
}

const goalsOf = ({ log, jetStream, webhook }: Lags): Goal[] => [
  atMost('lag of the log at 500 events/s, p99, ms', maxLagMs, spreadOf([log.p99])),
  atMost('lag of JetStream, p99, ms', maxLagMs, spreadOf([jetStream.p99])),
  atMost('lag of the webhook, p99, ms', maxLagMs, spreadOf([webhook.p99])),
];

const lagTable = (lags: Lags): Cells => [
  ['lag in ms', 'p50', 'p99', 'max'],
  ...Object.entries(lags as unknown as Record<string, Percentiles>).map(([of, { p50, p99, max }]) => [
    of,
    ...[p50, p99, max].map((ms) => ms.toFixed(0)),
  ]),
];
