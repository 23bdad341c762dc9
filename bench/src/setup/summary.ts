import { spreadOf, type Spread } from '../measuring/statistics.js';
import { cpuOf } from '../report/summary.js';
import { subjectNames, type Turn } from './subject.js';

/** The figures of one subject in all rounds together. */
export interface Summary {
  readonly subject: string;
  readonly seconds: Spread;
  readonly rowsPerSecond: Spread;
  /** By `last_run`, where there was a job. */
  readonly jobSeconds?: Spread;
  readonly cpuMs: Readonly<Record<string, Spread>>;
}

/** The figures of each subject, round by round. */
export type Rounds = readonly ReadonlyMap<string, Turn>[];

export const summarise = (rounds: Rounds, rows: number): Summary[] =>
  Object.values(subjectNames).map((subject) => {
    const turns = turnsOf(rounds, subject);
    const jobs = turns.flatMap(({ jobSeconds }) => jobSeconds ?? []);
    return {
      subject,
      seconds: spreadOf(turns.map(({ seconds }) => seconds)),
      rowsPerSecond: spreadOf(turns.map(({ seconds }) => rows / seconds)),
      ...(jobs.length > 0 && { jobSeconds: spreadOf(jobs) }),
      cpuMs: cpuOf(turns.map(({ cpuMs }) => cpuMs)),
    };
  });

/** How much of our time the slower of the two would have needed, round by round. */
export function ratioToSlower(rounds: Rounds): Spread {
  const seconds = (subject: string): number[] => turnsOf(rounds, subject).map((turn) => turn.seconds);
  const [ours, drain, copy] = [subjectNames.ours, subjectNames.drain, subjectNames.copy].map(seconds) as [
    number[],
    number[],
    number[],
  ];
  return spreadOf(ours.map((own, round) => Math.max(drain[round]!, copy[round]!) / own));
}

const turnsOf = (rounds: Rounds, subject: string): Turn[] => rounds.map((round) => round.get(subject)!);
