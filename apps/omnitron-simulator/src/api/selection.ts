import { type Row } from '../row.js';
import { filtered } from './filters.js';
import { parameter } from './parameter.js';
import { sorted } from './sorting.js';

/** The rows that the parameters selected, and those parameters. */
class Selections {
  readonly #bySource = new WeakMap<readonly Row[], Map<string, readonly Row[]>>();

  /** @param kept how many selections of the same rows are kept; the one longest not asked for goes first */
  constructor(private readonly kept: number) {}

  /** Rows are replaced and never changed, so what was selected from them stays right. */
  of(source: readonly Row[], parameters: URLSearchParams): readonly Row[] {
    const known = this.#bySource.get(source) ?? new Map<string, readonly Row[]>();
    this.#bySource.set(source, known);
    const query = parameters.toString();
    const rows = known.get(query) ?? sorted(filtered(source, parameters), parameter(parameters, 'sort'));
    // A map keeps the order of insertion.
    known.delete(query);
    known.set(query, rows);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > this.kept) known.delete(oldest);
    return rows;
  }
}

const paging = ['page', 'limit'];
const keys = ['pk', 'pk__gt'];

/** Reading through a million rows sorts and looks through them once. */
const lists = new Selections(8);

/** Several pages behind the same key are asked for at once: what is behind it is cut out once. */
const cuts = new Selections(1);

/**
 * The rows that a request's filters leave, in the order that it asks for.
 *
 * @throws Refusal with 400 when a filter or the sort can't be understood
 */
export function select(table: readonly Row[], parameters: URLSearchParams): readonly Row[] {
  if ((parameter(parameters, 'sort') ?? 'pk') !== 'pk') return lists.of(table, without(parameters, paging));
  // By far the most requests, and each behind another key: in the order of the keys that is found by halving.
  const list = lists.of(table, without(parameters, [...paging, ...keys]));
  return cuts.of(list, new URLSearchParams([...parameters].filter(([name]) => keys.includes(name))));
}

function without(parameters: URLSearchParams, names: readonly string[]): URLSearchParams {
  return new URLSearchParams([...parameters].filter(([name]) => !names.includes(name)));
}
