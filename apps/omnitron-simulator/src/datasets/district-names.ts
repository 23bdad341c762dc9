import { draw, lots } from './draw.js';
import { compoundNames, familiarNames } from './neighbourhood-names.js';

/** Prime, and so it comes past every name before it comes past one again. */
const stride = 7919;
const familiarEvery = 3;

/**
 * Names for the districts of a township, one for each number from 0 on and no two the same.
 *
 * @param taken names that other districts of the township have
 */
export function districtNames(township: number, taken: readonly string[]): (number: number) => string {
  const familiar = without(taken, familiarNames);
  const compound = without(taken, compoundNames);
  const first = { familiar: draw(township, lots.familiarNames), compound: draw(township, lots.compoundNames) };
  return (number) => {
    const round = number / familiarEvery;
    return Number.isInteger(round) && round < familiar.length
      ? at(familiar, first.familiar, round)
      : at(compound, first.compound, number);
  };
}

function without(taken: readonly string[], names: readonly string[]): readonly string[] {
  return taken.length === 0 ? names : names.filter((name) => !taken.includes(name));
}

function at(names: readonly string[], first: number, steps: number): string {
  return names[(Math.floor(first * names.length) + steps * stride) % names.length] ?? '';
}
