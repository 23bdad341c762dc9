import type { Options } from '../options.js';
import type { Subject, Turn } from './subject.js';
import { takeTurn } from './turn.js';

/** Lets all subjects take their turns, round by round, so that what disturbs the machine disturbs all. The first round only warms up. */
export async function playRounds(subjects: readonly Subject[], options: Options, signal: AbortSignal, say: (line: string) => void): Promise<Map<string, Turn[]>> {
  const turns = new Map<string, Turn[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    const figures: string[] = [];
    for (const subject of subjects) {
      const turn = await takeTurn(subject, options, signal);
      figures.push(`${subject.name} ${turn.requestsPerSecond.toFixed(0)}/s`);
      if (round > 0) turns.get(subject.name)!.push(turn);
    }
    say(`${round === 0 ? 'Warm-up' : `Round ${round} of ${options.rounds}`}: ${figures.join(', ')}`);
  }
  return turns;
}
