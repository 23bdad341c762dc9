import { parseTimestamp, type Comparison, type FilterKind, type Lookup } from '@refundry/resource';
import { impossible, integerBound } from './integer-bound.js';

/** What became of a filter's text: a comparison to make, a message to refuse it with, or nothing at all. */
export type FilterValue = { lookup: Lookup; value: string } | { refusal: string } | undefined;

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
  'pk field': (text) => (keyText.test(text) ? { lookup: 'exact', value: text } : impossible),
  string: readText,
  email: readText,
  url: readText,
};

/** The text of a key, as PostgreSQL writes it; nothing else equals one. */
const keyText = /^[1-9]\d{0,17}$/;

function readText(text: string, lookup: Lookup): FilterValue {
  return text.includes('\0') ? { refusal: 'Null characters are not allowed.' } : { lookup, value: text };
}

const booleans = new Map([['true', 'true'], ['1', 'true'], ['false', 'false'], ['0', 'false']]);

export const readFilterValue = (kind: FilterKind, text: string, lookup: Lookup): FilterValue => (lookup === 'search' ? readText(text, lookup) : readers[kind](text, lookup));
