import type pg from 'pg';
import type { Options } from './options.js';
import { startCountingPostgres } from './refund-procedure/counting-postgres.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { aligned, type Cells } from './report/text-table.js';
import { fillAccounts, growTo, watchIdle, type IdleCost } from './scale/idle.js';
import { loadLargeAccount, measureLargeAccount, type RowsCost } from './scale/large-account.js';
import { measureTallies, type TallyCost } from './scale/tallies.js';
import type { ServedApp } from './system/apps.js';
import { newCaller } from './system/caller.js';
import { connected } from './system/connected.js';
import { startInfrastructure, startBenchSystem, type BenchInfrastructure } from './system/infrastructure.js';
import { startNatsWithStreams } from './system/servers.js';

const say = (line: string): void => {
  console.log(line);
};

/** How many accounts there are, and replicas of oms. */
const systems = [
  [100, 1],
  [1000, 1],
  [10_000, 1],
  [10_000, 3],
  [10_000, 10],
] as const;
const defaultRows = 1_000_000;

/**
 * Measures how cost grows with accounts, replicas, rows of an account, and sparseness of its keys.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchScale({ rows = defaultRows }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const infrastructure = await startInfrastructure(startNatsWithStreams, cleanup, signal, say, startCountingPostgres);
  const machine = await describeMachine(infrastructure.postgres.url);
  const figures = await connected(infrastructure.postgres.url, async (admin) => {
    const tallies = await measureTallies(infrastructure.postgres.url);
    say(`\n${aligned(tallyTable(tallies))}\n`);
    const large = await measureRows(admin, infrastructure, rows, signal);
    say(`\n${aligned(rowsTable(large))}\n`);
    const idle = await measureIdle(admin, infrastructure, signal, cleanup);
    say(`\n${aligned(idleTable(idle))}\n`);
    return { tallies, large, idle };
  });
  say(`Written to ${writeResults('scale', { machine, rows, ...figures })}.`);
}

async function measureRows(
  admin: pg.Client,
  infrastructure: BenchInfrastructure,
  rows: number,
  signal: AbortSignal,
): Promise<RowsCost[]> {
  await using cleanup = new AsyncDisposableStack();
  const caller = await newCaller(infrastructure.operator, 'large');
  say(`Loading ${rows.toLocaleString('en')} customers …`);
  say(`Loaded in ${(await loadLargeAccount(infrastructure, caller, rows)).toFixed(0)} s.`);
  signal.throwIfAborted();
  const system = await startBenchSystem(infrastructure, cleanup, say);
  return await measureLargeAccount(admin, infrastructure, system, caller, rows, signal);
}

async function measureIdle(
  admin: pg.Client,
  infrastructure: BenchInfrastructure,
  signal: AbortSignal,
  cleanup: AsyncDisposableStack,
): Promise<IdleCost[]> {
  const running: ServedApp[] = [];
  const costs: IdleCost[] = [];
  let filled = 0;
  for (const [accounts, replicas] of systems) {
    if (accounts > filled) await fillAccounts(infrastructure.omsDatabase.ownerUrl, filled + 1, accounts);
    filled = accounts;
    await growTo(replicas, running, infrastructure, cleanup);
    costs.push(await watchIdle(admin, infrastructure, running, accounts, signal));
    say(
      `${accounts.toLocaleString('en')} accounts, ${replicas} replicas: ` +
        `${costs.at(-1)!.statementsPerSecond.toFixed(1)} statements/s.`,
    );
  }
  return costs;
}

const tallyTable = (costs: readonly TallyCost[]): Cells => [
  ["the account's keys, of all", 'bytes/row', 'position ms', 'OFFSET ms'],
  ...costs.map(({ keys, bytesPerRow, locateMs, offsetMs }) => [
    keys,
    bytesPerRow.toFixed(1),
    locateMs.toFixed(2),
    offsetMs.toFixed(2),
  ]),
];

const rowsTable = (costs: readonly RowsCost[]): Cells => [
  ['', 'ms', 'PostgreSQL ms', 'buffers'],
  ...costs.map(({ request, ms, postgresMs, buffers }) => [
    request,
    ms.toFixed(1),
    postgresMs.toFixed(1),
    buffers.toFixed(0),
  ]),
];

/** Each part as milliseconds of a statement, and how many there were. */
const idleTable = (costs: readonly IdleCost[]): Cells => [
  [
    'accounts / replicas of oms',
    ...costs.map(({ accounts, replicas }) => `${accounts.toLocaleString('en')} / ${replicas}`),
  ],
  ['statements/s', ...costs.map(({ statementsPerSecond }) => statementsPerSecond.toFixed(1))],
  ['connections', ...costs.map(({ connections }) => String(connections))],
  ['slowest scrape, ms', ...costs.map(({ scrapeMs }) => scrapeMs.toFixed(0))],
  ...Object.keys(costs[0]!.parts).map((part) => [
    part,
    ...costs.map(({ parts }) => `${parts[part]!.ms.toFixed(2)} × ${parts[part]!.calls}`),
  ]),
];
