import { parseInstant } from '../instant.js';
import { type Json, type Row } from '../row.js';
import { invalidParameter, Refusal } from './refusals.js';

type SortKey = number | string | null;

interface SortTerm {
  readonly field: string;
  readonly direction: 1 | -1;
}

/**
 * Rows in the order of `sort` (`-modified_date,subject`), ties by `pk`.
 *
 * @param rows in the order of their `pk`, which is also the order without `sort`
 * @throws Refusal with 400 when no row has such a field
 */
export function sorted(rows: readonly Row[], sort: string | undefined): readonly Row[] {
  if (sort === undefined) return rows;
  const terms = sort.split(',').map(readTerm);
  for (const { field } of terms) refuseUnknown(field, rows);
  if (terms[0]?.field === 'pk') return terms[0].direction === 1 ? rows : rows.toReversed();
  return rows
    .map((row) => ({ row, keys: terms.map(({ field }) => sortKey(field, row[field])) }))
    .sort((a, b) => compareAll(a.keys, b.keys, terms))
    .map(({ row }) => row);
}

function readTerm(text: string): SortTerm {
  const term = text.trim();
  return term.startsWith('-') ? { field: term.slice(1), direction: -1 } : { field: term, direction: 1 };
}

function refuseUnknown(field: string, rows: readonly Row[]): void {
  if (rows.length === 0 || rows.some((row) => Object.hasOwn(row, field))) return;
  throw new Refusal(invalidParameter('sort', `Select a valid choice. ${field} is not one of the available choices.`));
}

/** Dates are compared as instants: as text, `…31.298Z` would come after `…31.298861Z`. */
function sortKey(field: string, value: Json | undefined): SortKey {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  return (field.endsWith('_date') ? parseInstant(value) : undefined) ?? value;
}

/** The first term that tells two rows apart decides; the sort is stable, so that otherwise the `pk` does. */
function compareAll(a: readonly SortKey[], b: readonly SortKey[], terms: readonly SortTerm[]): number {
  for (const [index, { direction }] of terms.entries()) {
    const order = compare(a[index] ?? null, b[index] ?? null) * direction;
    if (order !== 0) return order;
  }
  return 0;
}

/** PostgreSQL's order: null is greater than everything. */
function compare(a: SortKey, b: SortKey): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return Number(left > right) - Number(left < right);
}
