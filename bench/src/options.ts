import { parseArgs } from 'node:util';

export interface Options {
  /** Rounds that count; one more to warm up goes before them. */
  readonly rounds: number;
  /** The length of one turn of one subject. */
  readonly seconds: number;
  readonly connections: number;
}

const fewestRounds = 5;

/** @throws one sentence about a flag that is unknown or no whole number */
export function readOptions(parameters: string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: parameters, options: { rounds: text, seconds: text, connections: text } });
  return {
    rounds: wholeNumber('--rounds', values.rounds, fewestRounds),
    seconds: wholeNumber('--seconds', values.seconds, 5),
    connections: wholeNumber('--connections', values.connections, 32),
  };
}

function wholeNumber(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${flag} must be a whole number above 0.`);
  return Number(text);
}
