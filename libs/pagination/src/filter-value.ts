import { parseTimestamp, type Comparison, type Condition, type FilterKind, type Lookup } from '@refundry/resource';
import { impossible, integerBound } from './integer-bound.js';

/** The result of reading a filter's text: a comparison to make, a message to refuse it with, or nothing at all. */
export type FilterValue = Pick<Condition, 'lookup' | 'value'> | { refusal: string } | undefined;

type Reader = (text: string, lookup: Comparison) => FilterValue;

/** django-filter's readings of a query parameter, by the kind of field it is compared with. */
const readers: Record<FilterKind, Reader> = {
  integer: (text, lookup) => integerBound(text, lookup) ?? { refusal: 'Enter a number.' },
  datetime: (text, lookup) => {
    const value = parseTimestamp(text);
    return value === undefined ? { refusal: 'Enter a valid date/time.' } : { lookup, value };
  },
  boolean: (text, lookup) => {
    const value = booleans.get(text.toLowerCase());
    return value === undefined ? undefined : { lookup, value };
  },
  'pk field': (text, lookup) => (keyText.test(text) || text.includes('\0') ? readText(text, lookup) : impossible),
  'local datetime': readLocalDateTime,
  string: readText,
  email: readText,
  url: readText,
};

/** The text of a key, as PostgreSQL writes it; nothing else equals one. */
const keyText = /^[1-9]\d{0,17}$/;

function readText(text: string, lookup: Condition['lookup']): FilterValue {
  return text.includes('\0') ? { refusal: 'Null characters are not allowed.' } : { lookup, value: text };
}

const booleans = new Map([
  ['true', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['0', 'false'],
]);

const dateAlone = /^\d{4}-\d{1,2}-\d{1,2}$/;
const dayMs = 86_400_000;

function readLocalDateTime(text: string, lookup: Comparison): FilterValue {
  const value = parseTimestamp(text);
  return value === undefined ? { refusal: 'Enter a valid date/time.' } : { lookup, value: value.replace('+00', '') };
}

/** Up to and including: a date alone is its whole day. */
function readThrough(kind: FilterKind, text: string): FilterValue {
  const midnight = dateAlone.test(text) ? parseTimestamp(text) : undefined;
  if (midnight === undefined) return readers[kind](text, 'lte');
  const nextDay = new Date(Date.parse(midnight.replace(' ', 'T').replace('+00', 'Z')) + dayMs).toISOString();
  return { lookup: 'lt', value: nextDay.startsWith('+') ? 'infinity' : nextDay.replace('Z', '') };
}

/** Reads a filter's text, which is not empty. */
export function readFilterValue(kind: FilterKind, text: string, lookup: Lookup): FilterValue {
  if (lookup === 'search') return readText(text, lookup);
  if (lookup === 'through') return readThrough(kind, text);
  return readers[kind](text, lookup === 'from' ? 'gte' : lookup);
}
