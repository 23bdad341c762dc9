import { isDeepStrictEqual, inspect } from 'node:util';

/** @throws when what is found is not what was expected */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${what}: found ${inspect(found, { depth: 6 })}, expected ${inspect(expected, { depth: 6 })}.`);
}
