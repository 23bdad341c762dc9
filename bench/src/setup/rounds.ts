import { isDeepStrictEqual } from 'node:util';
import { spentOn } from '../measuring/spent.js';
import type { Subject, Turn } from './subject.js';
import type { SetupSystem } from './system.js';

/**
 * One turn of each subject. The first of one round is the last of the next, because every turn finds larger tables than
 * the one before.
 */
export async function playRound(
  subjects: readonly Subject[],
  round: number,
  system: SetupSystem,
  signal: AbortSignal,
): Promise<Map<string, Turn>> {
  const turns = new Map<string, Turn>();
  for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
    signal.throwIfAborted();
    const turn = await measureTurn(subject, round, system).catch((error: unknown): never => {
      signal.throwIfAborted();
      throw error;
    });
    turns.set(subject.name, turn);
  }
  return turns;
}

/** @throws one sentence when the rows that arrived are not all and no more */
async function measureTurn({ name, cpuMicros, prepare }: Subject, round: number, system: SetupSystem): Promise<Turn> {
  const task = await prepare(round);
  const { seconds, cpuMs } = await spentOn(cpuMicros, () => task.run());
  const { rows, ...rest } = await task.outcome();
  const expected = system.step.levels.map((level) => level.rows);
  if (!isDeepStrictEqual(rows, expected))
    throw new Error(`${name} brought ${rows.join(' + ')} rows instead of ${expected.join(' + ')}.`);
  return { seconds, ...rest, cpuMs };
}
