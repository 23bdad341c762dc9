import { arrayOf, Malformed, objectOf } from './malformed.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One object of a resource, in Omnitron's own shape. Only `pk` is certain: tests put anything else in or leave it out.
 */
export interface Row {
  readonly pk: number;
  readonly [field: string]: Json;
}

/**
 * Takes parsed JSON as rows.
 *
 * @throws Malformed when it is no array of objects with an integer `pk`
 */
export function readRows(value: unknown): readonly Row[] {
  return arrayOf(value, 'The list of rows').map((row, index) => readRow(row, `Row ${index}`));
}

/** @throws Malformed when two rows share a `pk` */
export function orderedByPk(rows: readonly Row[]): readonly Row[] {
  const ordered = rows.toSorted((a, b) => a.pk - b.pk);
  const twin = ordered.find((row, index) => row.pk === ordered[index + 1]?.pk);
  if (twin) throw new Malformed(`The pk ${twin.pk} stands there twice.`);
  return ordered;
}

function readRow(value: unknown, what: string): Row {
  const row = objectOf(value, what);
  if (!isRow(row)) throw new Malformed(`${what} must have an integer pk.`);
  return row;
}

/** Parsed JSON can hold nothing but JSON, so only `pk` is checked. */
function isRow(value: Readonly<Record<string, unknown>>): value is Row {
  return Number.isSafeInteger(value.pk);
}
