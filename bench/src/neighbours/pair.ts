import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf } from '../measuring/cpu-time.js';
import { loadOpenly, type OpenLoadReport, type OpenRequest } from '../open-load/open-load.js';
import { runAbuse, type Abuse, type AbuseSeen } from './abuse.js';
import { peakMiB, resetPeak } from './peak-memory.js';
import type { NeighbourSystem } from './system.js';

/** The quiet account alone, and directly afterwards beside an abuse. */
export interface Pair {
  readonly alone: OpenLoadReport;
  readonly beside: OpenLoadReport;
  /** Requests of the quiet account that were refused, failed or never sent, in both. */
  readonly refused: number;
  readonly abused: AbuseSeen;
  /** Processors that apps and servers used beside the abuse. */
  readonly cores: number;
  /** The most that was resident beside the abuse, by the names of the containers. */
  readonly peaksMiB: Readonly<Record<string, number>>;
}

const perSecond = 50;
/** Waits until the work of an abuse is over, and its memory collected. */
const settleMs = 5000;
/** The quiet account is not to meet the moment in which the abuse starts or ends alone. */
const lead = 1;

/** Measures a quiet account alone and beside an abuse. */
export async function playPair(
  system: NeighbourSystem,
  requests: readonly OpenRequest[],
  abuse: Abuse,
  seconds: number,
  signal: AbortSignal,
): Promise<Pair> {
  const { url, abusive, pids, postgresPid } = system;
  const ask = (): Promise<OpenLoadReport> =>
    loadOpenly({ url, requests, perSecond, seconds, connections: 4 * perSecond }, signal);
  const processes = [...Object.values(pids), postgresPid];
  const cpuMicros = (): number => processes.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0);
  const alone = await ask();
  for (const pid of Object.values(pids)) resetPeak(pid);
  const before = cpuMicros();
  const abused = runAbuse({ url, abuse, clients: abusive, seconds: seconds + 2 * lead }, signal);
  await pause(lead * 1000);
  const [beside, seen] = await Promise.all([ask(), abused]);
  const cores = (cpuMicros() - before) / 1e6 / (seconds + 2 * lead);
  const peaksMiB = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, peakMiB(pid)]));
  await pause(settleMs);
  return { alone, beside, refused: unansweredOf(alone) + unansweredOf(beside), abused: seen, cores, peaksMiB };
}

const unansweredOf = ({ sent, unsent, good }: OpenLoadReport): number => sent + unsent - good;
