import { startLimitedSystem } from './limits/system.js';
import { MemoryWatch } from './measuring/memory.js';
import { playRounds } from './measuring/rounds.js';
import { ratiosOf, spreadOf } from './measuring/statistics.js';
import { loadAnyhow } from './measuring/wrk.js';
import { getsWith, loadOpenly } from './open-load/open-load.js';
import type { Options } from './options.js';
import { pathOf, reasonsPage } from './page.js';
import { atLeast, atMost, type Goal } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { aligned, goalTable, spread, type Cells } from './report/text-table.js';

const say = (line: string): void => {
  console.log(line);
};

/** So many that none of them is refused for what it asks alone. */
const accounts = 6;
/** Only what the whole house can do is to refuse them. */
const limits = {
  REQUESTS_PER_SECOND: '0',
  MAX_CONNECTIONS_PER_ADDRESS: '0',
  MAX_REQUESTS_IN_FLIGHT: '',
  MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT: '',
  REQUESTS_WORKED_ON_PER_ACCOUNT: '',
};
const factor = 5;
/** The most connections that clients who know nothing of each other open here. */
const maxConnections = 4000;
const maxMiB = 512;

/** The result of a load. */
interface Outcome {
  readonly goodPerSecond: number;
  readonly refusedPerSecond: number;
  /** Neither answered nor refused. */
  readonly lost: number;
  /** The requests that clients would have sent if their connections had not all been busy. */
  readonly unaskedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Player {
  readonly name: string;
  readonly measure: () => Promise<Outcome>;
}

/**
 * Measures what is answered when far more is asked than can be.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchOverload(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startLimitedSystem(accounts, limits, cleanup, signal, say);
  const machine = await describeMachine(system.postgres.url);
  const { rounds, seconds, connections } = options;
  const [url, tokens] = [system.gateway.url + pathOf(reasonsPage), system.callers.map(({ token }) => token)];
  let peak = 0;
  const closed = async (count: number): Promise<Outcome> => {
    const { requests, refused, broken, duration, p50, p99 } = await loadAnyhow(
      { url, headers: {}, tokens, seconds, connections: count },
      signal,
    );
    const perSecond = (number: number): number => number / (duration / 1e6);
    return {
      goodPerSecond: perSecond(requests - refused),
      refusedPerSecond: perSecond(refused),
      lost: broken,
      unaskedPerSecond: 0,
      p50Ms: p50 / 1000,
      p99Ms: p99 / 1000,
    };
  };
  const open = async (): Promise<Outcome> => {
    const {
      good,
      answers,
      seconds: took,
      broken,
      unsent,
      p50Ms,
      p99Ms,
    } = await loadOpenly(
      {
        url: system.gateway.url,
        requests: getsWith(tokens, pathOf(reasonsPage)),
        seconds,
        perSecond: factor * peak,
        connections: maxConnections,
      },
      signal,
    );
    return {
      goodPerSecond: good / took,
      refusedPerSecond: (answers[503] ?? 0) / took,
      lost: broken,
      unaskedPerSecond: unsent / took,
      p50Ms,
      p99Ms,
    };
  };
  const players: readonly Player[] = [
    {
      name: names.peak,
      measure: async () => {
        const outcome = await closed(connections);
        peak = outcome.goodPerSecond;
        return outcome;
      },
    },
    { name: names.connections, measure: () => closed(factor * connections) },
    { name: names.many, measure: () => closed(factor * 10 * connections) },
    { name: names.rate, measure: open },
  ];
  using memory = new MemoryWatch(system.gateway.pid);
  const turns = await playRounds(players, {
    rounds,
    measure: ({ measure }) => measure(),
    inWords: inWords,
    say,
    onBegin: () => {
      memory.begin();
    },
  });
  const goals = goalsOf(turns, memory.memory.highestMiB);
  say(
    `\n${[table(turns), goalTable(goals)].map(aligned).join('\n\n')}\n\n` +
      `The gateway's memory: ${memory.memory.idleMiB.toFixed(0)} MiB idle, at most ${memory.memory.highestMiB.toFixed(
        0,
      )}, ${memory.memory.afterMiB.toFixed(0)} after.\n`,
  );
  say(
    `Written to ${writeResults('overload', {
      machine,
      options,
      goals,
      memory: memory.memory,
      turns: Object.fromEntries(turns),
    })}.`,
  );
}

const names = {
  peak: 'peak',
  connections: `${factor} × the connections`,
  many: `${factor * 10} × the connections`,
  rate: `${factor} × the rate`,
} as const;

type Turns = ReadonlyMap<string, readonly Outcome[]>;

const good = (turns: Turns, name: string): number[] => turns.get(name)!.map(({ goodPerSecond }) => goodPerSecond);

const goalsOf = (turns: Turns, highestMiB: number): Goal[] => [
  ...[names.connections, names.rate].map((name) =>
    atLeast(`answered in time at ${name}, of the peak`, 0.8, ratiosOf(good(turns, name), good(turns, names.peak))),
  ),
  atMost("the gateway's memory, MiB", maxMiB, spreadOf([highestMiB])),
];

function table(turns: Turns): Cells {
  const figure = (outcomes: readonly Outcome[], of: keyof Outcome, places = 0): string =>
    spread(spreadOf(outcomes.map((outcome) => outcome[of])), places);
  return [
    ['', 'answered/s', 'refused/s', 'not asked/s', 'lost', 'p50 ms', 'p99 ms'],
    ...[...turns].map(([name, outcomes]) => [
      name,
      figure(outcomes, 'goodPerSecond'),
      figure(outcomes, 'refusedPerSecond'),
      figure(outcomes, 'unaskedPerSecond'),
      figure(outcomes, 'lost'),
      figure(outcomes, 'p50Ms', 1),
      figure(outcomes, 'p99Ms', 1),
    ]),
  ];
}

const inWords = ({ goodPerSecond, refusedPerSecond, lost }: Outcome): string =>
  `${goodPerSecond.toFixed(0)}/s and ${refusedPerSecond.toFixed(0)}/s refused${lost > 0 ? `, ${lost} lost` : ''}`;
