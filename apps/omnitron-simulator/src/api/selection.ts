import { type Row } from '../row.js';
import { filtered } from './filters.js';
import { parameter } from './parameter.js';
import { sorted } from './sorting.js';

interface Selection {
  readonly query: string;
  readonly rows: readonly Row[];
}

/** A table is replaced and never changed, so what was last selected from it stays right: reading through 73,256 districts sorts them once. */
const latest = new WeakMap<readonly Row[], Selection>();

/**
 * The rows that a request's filters leave, in the order that it asks for.
 *
 * @throws Refusal with 400 when a filter or the sort can't be understood
 */
export function select(table: readonly Row[], parameters: URLSearchParams): readonly Row[] {
  const query = withoutPaging(parameters);
  const known = latest.get(table);
  if (known?.query === query) return known.rows;
  const rows = sorted(filtered(table, parameters), parameter(parameters, 'sort'));
  latest.set(table, { query, rows });
  return rows;
}

function withoutPaging(parameters: URLSearchParams): string {
  const rest = new URLSearchParams(parameters);
  rest.delete('page');
  rest.delete('limit');
  return rest.toString();
}
