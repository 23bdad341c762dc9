import { parseInstant } from '../instant.js';
import { type Row } from '../row.js';
import { parameter } from './parameter.js';
import { invalidParameter, Refusal } from './refusals.js';

type Predicate = (row: Row) => boolean;

/** What each filter's text asks of a row; undefined when the text can't be read. */
const filters: Readonly<Record<string, { read: (text: string) => Predicate | undefined; complaint: string }>> = {
  pk: { read: (text) => numeric(text, (pk, bound) => pk === bound), complaint: 'Enter a number.' },
  pk__gt: { read: (text) => numeric(text, (pk, bound) => pk > bound), complaint: 'Enter a number.' },
  modified_date__gte: { read: modifiedSince, complaint: 'Enter a valid date/time.' },
};

/** @throws Refusal with 400 when a filter's value can't be read */
export function filtered(rows: readonly Row[], parameters: URLSearchParams): readonly Row[] {
  return Object.entries(filters).reduce((left, [name, { read, complaint }]) => {
    const text = parameter(parameters, name);
    if (text === undefined) return left;
    const predicate = read(text);
    if (!predicate) throw new Refusal(invalidParameter(name, complaint));
    return left.filter(predicate);
  }, rows);
}

function numeric(text: string, compare: (pk: number, bound: number) => boolean): Predicate | undefined {
  const bound = Number(text);
  return Number.isNaN(bound) ? undefined : (row) => compare(row.pk, bound);
}

/** A row without a readable date is never modified since anything. */
function modifiedSince(text: string): Predicate | undefined {
  const since = parseInstant(text);
  if (since === undefined) return undefined;
  return ({ modified_date: date }) => typeof date === 'string' && (parseInstant(date) ?? -Infinity) >= since;
}
