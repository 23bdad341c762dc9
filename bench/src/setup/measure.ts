import { MemoryWatch, type Memory } from '../measuring/memory.js';
import { playRound } from './rounds.js';
import { rowsOf } from './step.js';
import type { Subject, Turn } from './subject.js';
import type { Rounds } from './summary.js';
import type { SetupSystem } from './system.js';

/**
 * Lets all subjects take their turns, round by round, after a warm-up.
 *
 * @returns also what oms held in memory meanwhile
 */
export async function measureSetup(
  system: SetupSystem,
  subjects: readonly Subject[],
  wanted: number,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<{ rounds: Rounds; memory: Memory }> {
  say(`${wanted} rounds of ${subjects.length} × ${rowsOf(system.step)} rows, after a warm-up.`);
  const watch = cleanup.use(new MemoryWatch(system.oms.pid));
  say(`Warm-up: ${inWords(await playRound(subjects, 0, system, signal))}`);
  watch.begin();
  const rounds: Map<string, Turn>[] = [];
  for (let round = 1; round <= wanted; round += 1) {
    const turns = await playRound(subjects, round, system, signal);
    rounds.push(turns);
    say(`Round ${round} of ${wanted}: ${inWords(turns)}`);
  }
  return { rounds, memory: watch.memory };
}

const inWords = (turns: ReadonlyMap<string, Turn>): string =>
  [...turns].map(([subject, { seconds }]) => `${subject} ${seconds.toFixed(2)} s`).join(', ');
