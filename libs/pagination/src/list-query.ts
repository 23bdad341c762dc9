import { Failure, invalid, type FieldErrors } from '@refundry/errors';
import {
  fieldOfTerm,
  fieldsOf,
  filterParameters,
  pagingProfiles,
  read,
  type Condition,
  type ExportFormat,
  type ListEndpoint,
  type ListRequest,
  type PagingProfile,
} from '@refundry/resource';
import { readCursor } from './cursor.js';
import { readFilterValue } from './filter-value.js';

/** Reads a list's query string. */
export type ListQuery = Pick<ListRequest, 'page' | 'cursor' | 'size' | 'where' | 'order' | 'options'>;

/**
 * Reads the query string of a list. Unknown parameters and empty values are ignored, of a repeated one the last counts.
 *
 * @param format of an export, which has pages but is not crawled through
 * @throws Failure `invalid_page`, `invalid_cursor`, or `invalid` with the message of every unreadable filter, sort term
 *   and option
 */
export function readListQuery(endpoint: ListEndpoint, query: string, format?: ExportFormat): ListQuery {
  const profile = pagingProfiles[endpoint.family];
  if (query === '') return { page: 1, size: profile.defaultSize, where: [], order: endpoint.order };
  const parameters = readParameters(profile, query);
  const last = (name: string): string => parameters.getAll(name).at(-1)?.trim() ?? '';
  const errors: Record<string, FieldErrors> = {};
  const where = readFilters(endpoint, last, errors);
  const order = readOrder(endpoint, profile, last(profile.sortParameter), errors);
  const options = readOptions(endpoint, last, errors);
  if (Object.keys(errors).length > 0) throw invalid(errors);
  const size = readSize(profile, last);
  const cursor = format ? undefined : readCursor(endpoint.of, order, last('cursor'));
  const rest = { size, where, order, ...(options && { options }) };
  return cursor ? { page: 1, cursor, ...rest } : { page: readPage(last('page')), ...rest };
}

/** By their names as the family spells them. */
const readParameters = ({ ignoresCase }: PagingProfile, query: string): URLSearchParams =>
  ignoresCase
    ? new URLSearchParams(
        [...new URLSearchParams(query)].map(([name, value]): [string, string] => [name.toLowerCase(), value]),
      )
    : new URLSearchParams(query);

type LastValue = (name: string) => string;

function readPage(text: string): number | 'last' {
  if (text === '' || text === 'last') return text === '' ? 1 : 'last';
  if (!/^\+?0*[1-9]\d{0,8}$/.test(text)) throw new Failure('invalid_page');
  return Number(text);
}

/** Zero, a negative size or text silently means the default. */
function readSize({ defaultSize, maxSize, sizeParameters }: PagingProfile, last: LastValue): number {
  const text = sizeParameters.map(last).find((value) => value !== '') ?? '';
  const size = /^\+?\d+$/.test(text) ? Number(text) : 0;
  return size === 0 ? defaultSize : Math.min(size, maxSize);
}

const properName = ({ sortAliases }: ListEndpoint, term: string): string => {
  const field = fieldOfTerm(term);
  const proper = Object.hasOwn(sortAliases, field) ? sortAliases[field] : undefined;
  return proper === undefined ? term : term.replace(field, proper);
};

/** Every order ends in the last term of the list's own, its key; a field named again adds nothing. */
function readOrder(
  endpoint: ListEndpoint,
  { sortParameter, ignoresUnknownSort }: PagingProfile,
  text: string,
  errors: Record<string, FieldErrors>,
): readonly string[] {
  const asked = text
    .split(',')
    .map((term) => properName(endpoint, term.trim()))
    .filter((term) => term !== '');
  const isKnown = (term: string): boolean => endpoint.sort.includes(fieldOfTerm(term));
  const unknown = asked.find((term) => !isKnown(term));
  const terms = ignoresUnknownSort ? asked.filter(isKnown) : asked;
  if (unknown !== undefined && !ignoresUnknownSort)
    errors[sortParameter] = [`Select a valid choice. ${unknown} is not one of the available choices.`];
  if (terms.length === 0) return endpoint.order;
  const seen = new Set<string>();
  return [...terms, ...endpoint.order.slice(-1)].filter(
    (term) => !seen.has(fieldOfTerm(term)) && seen.add(fieldOfTerm(term)),
  );
}

function readFilters(endpoint: ListEndpoint, last: LastValue, errors: Record<string, FieldErrors>): Condition[] {
  const where: Condition[] = [];
  for (const filter of endpoint.filters) {
    for (const parameter of filterParameters(filter)) {
      const text = last(parameter.name);
      if (text === '') continue;
      const value = readFilterValue(filter.kind, text, parameter.lookup);
      if (value === undefined) continue;
      if ('refusal' in value) errors[parameter.name] = [value.refusal];
      else where.push({ filter, ...value });
    }
  }
  return where;
}

/** @returns undefined where the list has none, and for unreadable ones */
function readOptions(
  { query }: ListEndpoint,
  last: LastValue,
  errors: Record<string, FieldErrors>,
): object | undefined {
  if (!query) return undefined;
  const given = fieldsOf(query).flatMap(({ name }) => (last(name) === '' ? [] : [[name, last(name)] as const]));
  try {
    return read(query, Object.fromEntries(given));
  } catch (error) {
    if (!(error instanceof Failure) || !error.fields) throw error;
    Object.assign(errors, error.fields);
    return undefined;
  }
}
