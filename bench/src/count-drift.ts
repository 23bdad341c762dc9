import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CrashingPostgres } from './count-drift/crashing-postgres.js';
import { driftOf, type Drift } from './count-drift/drift.js';
import { Writer } from './count-drift/writer.js';
import { spreadOf, type Spread } from './measuring/statistics.js';
import type { Options } from './options.js';
import { atMost } from './report/goal.js';
import { describeMachine } from './report/machine.js';
import { writeResults } from './report/results-file.js';
import { aligned, goalTable } from './report/text-table.js';
import { startApp } from './system/apps.js';
import { createDatabase } from './system/databases.js';
import { startNatsWithStreams } from './system/servers.js';

const say = (line: string): void => {
  console.log(line);
};

const writesWanted = 1_000_000;
const crashes = 20;
const concurrentWriters = 4;
const lookEveryMs = 20;
const foldedWithinMs = 60_000;

/**
 * Writes while PostgreSQL is killed again and again, and looks how far the counts lie from the rows.
 *
 * @throws one sentence when it can't, Interrupted when told to end
 */
export async function benchCountDrift({ rows: wanted = writesWanted }: Options, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const postgres = await CrashingPostgres.start(cleanup);
  const nats = await startNatsWithStreams(cleanup);
  const { url, ownerUrl } = await createDatabase(postgres, 'oms');
  const key = randomBytes(32).toString('base64');
  const keys = { SECRET_KEY: key, WIRE_KEY: key };
  await startApp('oms', { NATS_URL: nats.url(), DATABASE_URL: url, ...keys }, cleanup);
  const machine = await describeMachine(postgres.url);
  say(`${wanted.toLocaleString('en')} writes by ${concurrentWriters} writers, and ${crashes} crashes.`);
  const writers = Array.from({ length: concurrentWriters }, (_, number) => new Writer(url, number));
  const written = (): number => writers.reduce((sum, writer) => sum + writer.written, 0);
  const enough = new AbortController();
  const writing = Promise.all(writers.map((writer) => writer.writeUntil(AbortSignal.any([signal, enough.signal]))));
  const drifts: Drift[] = [];
  const look = async (when: string): Promise<void> => {
    const drift = await driftOf(ownerUrl);
    drifts.push(drift);
    say(
      `${when}: ${written().toLocaleString('en')} writes, ${drift.rows.toLocaleString('en')} rows, ` +
        `${drift.unfolded} changes not folded, drift of counts ${drift.count}, of tallies ${drift.tallies}, ` +
        `misplaced ${drift.misplaced}`,
    );
  };
  try {
    for (let crash = 1; crash <= crashes; crash += 1) {
      await until(() => written() >= (wanted * crash) / (crashes + 1), signal);
      await postgres.crash();
      await postgres.restart();
      await look(`Crash ${crash}`);
    }
    await until(() => written() >= wanted, signal);
  } finally {
    enough.abort();
    await writing;
  }
  await look('Written');
  await untilFolded(ownerUrl, signal);
  await look('Folded');
  const most = (figure: (drift: Drift) => number): Spread => spreadOf([Math.max(...drifts.map(figure))]);
  const goals = [
    atMost(
      'drift of counts, rows',
      0,
      most(({ count }) => count),
    ),
    atMost(
      'drift of tallies, rows',
      0,
      most(({ tallies }) => tallies),
    ),
    atMost(
      'rows not where their position says',
      0,
      most(({ misplaced }) => misplaced),
    ),
  ];
  const [rolledBack, brokenOff] = [
    writers.reduce((sum, writer) => sum + writer.rolledBack, 0),
    writers.reduce((sum, writer) => sum + writer.brokenOff, 0),
  ];
  say(
    `\n` +
      `${written().toLocaleString('en')} writes, ${rolledBack.toLocaleString(
        'en',
      )} more rolled back, ${brokenOff} transactions broken off, ${crashes} crashes.\n\n` +
      `${aligned(goalTable(goals))}\n`,
  );
  say(
    `Written to ${writeResults('count-drift', {
      machine,
      writes: written(),
      rolledBack,
      brokenOff,
      crashes,
      goals,
      drifts,
    })}.`,
  );
}

async function until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
  while (!isSo()) {
    signal.throwIfAborted();
    await pause(lookEveryMs);
  }
}

/** @throws one sentence when oms leaves changes as they are */
async function untilFolded(ownerUrl: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + foldedWithinMs;
  while ((await driftOf(ownerUrl)).unfolded > 0) {
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new Error('oms does not fold the changes.');
    await pause(1000);
  }
}
