import { playRounds } from './measuring/rounds.js';
import { abuses, type Abuse } from './neighbours/abuse.js';
import { playPair, type Pair } from './neighbours/pair.js';
import { memoryLimits } from './neighbours/peak-memory.js';
import { prepareQuietLoad } from './neighbours/quiet-load.js';
import { startNeighbours } from './neighbours/system.js';
import { goalsOf, noticedTable, spentTable } from './neighbours/table.js';
import type { Options } from './options.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { aligned, goalTable } from './report/text-table.js';

const say = (line: string): void => {
  console.log(line);
};

/** Enough that a quiet account's slowest in a hundred is not its slowest alone. */
const minSeconds = 10;

/**
 * Measures what a quiet account notices of four others, for each kind of abuse.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchNeighbours(options: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const system = await startNeighbours(cleanup, signal, say);
  const machine = await describeMachine(system.postgresUrl);
  const requests = await prepareQuietLoad(system);
  const seconds = Math.max(options.seconds, minSeconds);
  const players = chosenAbuses().map((name) => ({ name }));
  const measure = ({ name }: { name: Abuse }): Promise<Pair> => playPair(system, requests, name, seconds, signal);
  const pairs = (await playRounds(players, { rounds: options.rounds, measure, inWords, say })) as ReadonlyMap<
    Abuse,
    Pair[]
  >;
  const limits = memoryLimits(Object.keys(system.pids));
  const goals = goalsOf(pairs, limits);
  say(`\n${[noticedTable(pairs), spentTable(pairs, limits), goalTable(goals)].map(aligned).join('\n\n')}\n`);
  say(`Written to ${writeResults('neighbours', { machine, options, goals, turns: Object.fromEntries(pairs) })}.`);
}

/** All, or those that `ABUSES` names. */
const chosenAbuses = (): Abuse[] =>
  (Object.keys(abuses) as Abuse[]).filter((name) => (process.env.ABUSES ?? name).split(',').includes(name));

const inWords = ({ alone, beside, refused }: Pair): string =>
  `${alone.p99Ms.toFixed(1)} → ${beside.p99Ms.toFixed(1)} ms${refused > 0 ? `, ${refused} refused` : ''}`;
