import { parseArgs } from 'node:util';

/** The options of `npm run test:faults`. */
export interface FaultOptions {
  readonly seeds: readonly number[];
  /** The specs to run, as Jest takes them. */
  readonly specs: readonly string[];
}

const ofSeeds = 'e2e/faults/seeds.spec.ts';
const all = 'e2e/faults';
const seedsUnlessSaid = 25;

/**
 * The seeds alone, unless all specs are wanted or some are named.
 *
 * @throws one sentence about a flag that is unknown or no whole number
 */
export function readFaultOptions(args: string[]): FaultOptions {
  const text = { type: 'string' } as const;
  const {
    values: { seeds, seed, full = false },
    positionals,
  } = parseArgs({ args, options: { seeds: text, seed: text, full: { type: 'boolean' } }, allowPositionals: true });
  const count = seeds === undefined ? seedsUnlessSaid : wholeNumber('--seeds', seeds);
  return {
    seeds: seed === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [wholeNumber('--seed', seed)],
    specs: positionals.length > 0 ? positionals : [full ? all : ofSeeds],
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${flag} must be a whole number above 0.`);
  return Number(text);
}
