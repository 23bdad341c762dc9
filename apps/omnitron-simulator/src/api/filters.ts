import { parseInstant } from '../instant.js';
import { type Row } from '../row.js';
import { parameter } from './parameter.js';
import { invalidParameter, Refusal } from './refusals.js';

/** Takes rows in the order of their `pk` and leaves them in it; undefined when the text can't be read. */
type Filter = (rows: readonly Row[], text: string) => readonly Row[] | undefined;

const filters: Readonly<Record<string, { left: Filter; complaint: string }>> = {
  pk: { left: withPk, complaint: 'Enter a number.' },
  pk__gt: { left: abovePk, complaint: 'Enter a number.' },
  modified_date__gte: { left: modifiedSince, complaint: 'Enter a valid date/time.' },
};

/**
 * @param rows in the order of their `pk`, as the answer is
 * @throws Refusal with 400 when a filter's value can't be read
 */
export function filtered(rows: readonly Row[], parameters: URLSearchParams): readonly Row[] {
  return Object.entries(filters).reduce((remaining, [name, { left, complaint }]) => {
    const text = parameter(parameters, name);
    if (text === undefined) return remaining;
    const rows = left(remaining, text);
    if (!rows) throw new Refusal(invalidParameter(name, complaint));
    return rows;
  }, rows);
}

function withPk(rows: readonly Row[], text: string): readonly Row[] | undefined {
  const pk = Number(text);
  if (Number.isNaN(pk)) return undefined;
  const end = countUpTo(rows, pk);
  return rows.slice(rows[end - 1]?.pk === pk ? end - 1 : end, end);
}

function abovePk(rows: readonly Row[], text: string): readonly Row[] | undefined {
  const bound = Number(text);
  return Number.isNaN(bound) ? undefined : rows.slice(countUpTo(rows, bound));
}

/**
 * How many rows have a `pk` not greater than the bound, found by halving: reading through 73,256 districts asks for
 * many bounds.
 */
function countUpTo(rows: readonly Row[], bound: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.pk ?? Infinity) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A row without a readable date is never modified since anything. */
function modifiedSince(rows: readonly Row[], text: string): readonly Row[] | undefined {
  const since = parseInstant(text);
  if (since === undefined) return undefined;
  return rows.filter(
    ({ modified_date: date }) => typeof date === 'string' && (parseInstant(date) ?? -Infinity) >= since,
  );
}
