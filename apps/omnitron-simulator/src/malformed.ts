/** A control body or a dataset that can't be used; the message is a sentence for its author. */
export class Malformed extends Error {}

/** @throws Malformed, saying that `what` is no object */
export function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new Malformed(`${what} must be an object.`);
  return value;
}

/** @throws Malformed, saying that `what` is no array */
export function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed(`${what} must be an array.`);
  return value;
}

/** @throws Malformed, listing the choices */
export function choiceOf<Choice extends string>(value: unknown, choices: readonly Choice[], what: string): Choice {
  const choice = choices.find((known) => known === value);
  if (choice === undefined)
    throw new Malformed(`Unknown ${what} ${JSON.stringify(value ?? null)}: it must be one of ${choices.join(', ')}.`);
  return choice;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
