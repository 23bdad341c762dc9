import { parseArgs } from 'node:util';

export interface Options {
  /** Rounds that count; one more to warm up goes before them. */
  readonly rounds: number;
  /** The length of one turn of one subject of the list page. */
  readonly seconds: number;
  /** How many connections ask for the list page. */
  readonly connections: number;
  /** Fewer rows than a benchmark of customers has, for a quick trial. */
  readonly rows: number | undefined;
  /** How long the soak takes. */
  readonly minutes: number;
  /** How many requests a second the soak sends at the most. */
  readonly rate: number;
}

/** The options of the command line. */
interface BenchCommand {
  /** The benchmarks to run; none stands for all. */
  readonly names: readonly string[];
  readonly options: Options;
}

const minRounds = 5;

/** @throws one sentence about a flag that is unknown or no whole number */
export function readCommand(parameters: string[]): BenchCommand {
  const text = { type: 'string' } as const;
  const { values, positionals: names } = parseArgs({
    args: parameters,
    options: { rounds: text, seconds: text, connections: text, rows: text, minutes: text, rate: text },
    allowPositionals: true,
  });
  return {
    names,
    options: {
      rounds: wholeNumber('--rounds', values.rounds, minRounds),
      seconds: wholeNumber('--seconds', values.seconds, 5),
      connections: wholeNumber('--connections', values.connections, 32),
      rows: wholeNumber('--rows', values.rows, undefined),
      minutes: wholeNumber('--minutes', values.minutes, 60),
      rate: wholeNumber('--rate', values.rate, 80),
    },
  };
}

function wholeNumber<Otherwise>(flag: string, text: string | undefined, otherwise: Otherwise): number | Otherwise {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`${flag} must be a whole number above 0.`);
  return Number(text);
}
