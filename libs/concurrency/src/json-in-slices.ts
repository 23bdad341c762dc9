import { mapInSlices } from './time-slice.js';

/** An array of fewer items is written at once. */
const manyItems = 64;

/**
 * Writes what `JSON.stringify` does, the items of long arrays in slices. Only arrays in plain objects are looked for.
 */
export async function jsonInSlices(value: object): Promise<string> {
  if (Array.isArray(value))
    return value.length < manyItems
      ? JSON.stringify(value)
      : `[${(await mapInSlices(value, (item) => JSON.stringify(item))).join(',')}]`;
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    members.push(
      `${JSON.stringify(name)}:${Array.isArray(member) ? await jsonInSlices(member) : JSON.stringify(member)}`,
    );
  }
  return `{${members.join(',')}}`;
}
