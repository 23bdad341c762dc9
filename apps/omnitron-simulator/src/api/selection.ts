import { type Row } from '../row.js';
import { filtered } from './filters.js';
import { parameter } from './parameter.js';
import { sorted } from './sorting.js';

type Selections = Map<string, readonly Row[]>;

const selectionsKept = 8;

/** A table is replaced and never changed, so what was selected from it stays right: reading through 73,256 districts sorts them once. */
const remembered = new WeakMap<readonly Row[], Selections>();

/**
 * The rows that a request's filters leave, in the order that it asks for.
 *
 * @throws Refusal with 400 when a filter or the sort can't be understood
 */
export function select(table: readonly Row[], parameters: URLSearchParams): readonly Row[] {
  if (isFoundAtOnce(parameters)) return selected(table, parameters);
  const selections = remembered.get(table) ?? new Map<string, readonly Row[]>();
  remembered.set(table, selections);
  const query = withoutPaging(parameters);
  const rows = selections.get(query) ?? selected(table, parameters);
  remember(selections, query, rows);
  return rows;
}

/** A run of the table as it stands. The many windows of `pk__gt` would drive out what took long to sort. */
function isFoundAtOnce(parameters: URLSearchParams): boolean {
  return parameter(parameters, 'modified_date__gte') === undefined && (parameter(parameters, 'sort') ?? 'pk') === 'pk';
}

function selected(table: readonly Row[], parameters: URLSearchParams): readonly Row[] {
  return sorted(filtered(table, parameters), parameter(parameters, 'sort'));
}

/** A map keeps the order of insertion, so the first is the one that was longest not asked for. */
function remember(selections: Selections, query: string, rows: readonly Row[]): void {
  selections.delete(query);
  selections.set(query, rows);
  const [oldest] = selections.keys();
  if (oldest !== undefined && selections.size > selectionsKept) selections.delete(oldest);
}

function withoutPaging(parameters: URLSearchParams): string {
  const rest = new URLSearchParams(parameters);
  rest.delete('page');
  rest.delete('limit');
  return rest.toString();
}
