import { startLimitedSystem } from './limits/system.js';
import { playRounds } from './measuring/rounds.js';
import { ratiosOf, spreadOf } from './measuring/statistics.js';
import { loadAnyhow } from './measuring/wrk.js';
import { loadOpenly } from './open-load/open-load.js';
import type { Options } from './options.js';
import { pathOf, reasonsPage } from './page.js';
import { atMost, type Goal } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { aligned, goalTable, spread, type Cells } from './report/text-table.js';

const say = (line: string): void => { console.log(line); };

/** The gateway's own, which every other benchmark switches off. */
const limits = { REQUESTS_PER_SECOND: '', MAX_REQUESTS_IN_FLIGHT: '', MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT: '', REQUESTS_WORKED_ON_PER_ACCOUNT: '' };
const quietPerSecond = 50;
const abusiveConnections = 64;
/** Enough that a quiet account's slowest in a hundred is not its slowest alone. */
const leastSeconds = 10;

/** What a quiet account saw, and what an abusive one did meanwhile. */
interface Outcome {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly refused: number;
  readonly abusePerSecond: number;
  readonly abuseRefusedPerSecond: number;
}

const names = { alone: 'alone', beside: 'beside an abusive account' } as const;

/** Measures what one account notices of another that asks without end. @throws one sentence when it can't, Interrupted when told to end */
export async function benchNeighbours(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startLimitedSystem(2, limits, cleanup, signal, say);
  const machine = await describeMachine(system.postgres.url);
  const [quiet, abusive] = system.callers.map(({ token }) => token) as [string, string];
  const url = system.gateway.url + pathOf(reasonsPage);
  const seconds = Math.max(options.seconds, leastSeconds);
  const ask = async (): Promise<Pick<Outcome, 'p50Ms' | 'p99Ms' | 'refused'>> => {
    const { p50Ms, p99Ms, sent, good } = await loadOpenly({ url, tokens: [quiet], perSecond: quietPerSecond, seconds, connections: quietPerSecond }, signal);
    return { p50Ms, p99Ms, refused: sent - good };
  };
  const abuse = async (): Promise<Pick<Outcome, 'abusePerSecond' | 'abuseRefusedPerSecond'>> => {
    const { requests, refused, duration } = await loadAnyhow({ url, headers: { Authorization: `Token ${abusive}` }, seconds, connections: abusiveConnections }, signal);
    return { abusePerSecond: requests / (duration / 1e6), abuseRefusedPerSecond: refused / (duration / 1e6) };
  };
  const players = [
    { name: names.alone, take: async (): Promise<Outcome> => ({ ...(await ask()), abusePerSecond: 0, abuseRefusedPerSecond: 0 }) },
    { name: names.beside, take: async (): Promise<Outcome> => { const [asked, abused] = await Promise.all([ask(), abuse()]); return { ...asked, ...abused }; } },
  ];
  const turns = await playRounds(players, { rounds: options.rounds, take: ({ take }) => take(), inWords, say });
  const goals = goalsOf(turns);
  say(`\n${[table(turns), goalTable(goals)].map(aligned).join('\n\n')}\n`);
  say(`Written to ${writeResults('neighbours', { machine, options, goals, turns: Object.fromEntries(turns) })}.`);
}

type Turns = ReadonlyMap<string, readonly Outcome[]>;

const of = (turns: Turns, name: string, figure: keyof Outcome): number[] => turns.get(name)!.map((outcome) => outcome[figure]);

const goalsOf = (turns: Turns): Goal[] => [
  atMost("a quiet account's p99 beside an abusive one, of its own alone", 2, ratiosOf(of(turns, names.beside, 'p99Ms'), of(turns, names.alone, 'p99Ms'))),
  atMost("a quiet account's requests that were refused", 0, spreadOf(of(turns, names.beside, 'refused'))),
];

const table = (turns: Turns): Cells => [['', 'p50 ms', 'p99 ms', "abuser's requests/s", 'of them refused/s'], ...[...turns.keys()].map((name) => [
  name, spread(spreadOf(of(turns, name, 'p50Ms')), 1), spread(spreadOf(of(turns, name, 'p99Ms')), 1), spread(spreadOf(of(turns, name, 'abusePerSecond')), 0), spread(spreadOf(of(turns, name, 'abuseRefusedPerSecond')), 0),
])];

const inWords = ({ p50Ms, p99Ms, abusePerSecond, abuseRefusedPerSecond }: Outcome): string => `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms${abusePerSecond > 0 ? ` (${abusePerSecond.toFixed(0)}/s, ${abuseRefusedPerSecond.toFixed(0)}/s of them refused)` : ''}`;
