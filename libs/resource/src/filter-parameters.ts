import type { Filter, Lookup } from './filters.js';

/** A query parameter that a list is filtered by. */
export interface FilterParameter {
  readonly name: string;
  readonly lookup: Lookup;
}

/** All parameters of a filter, in all their spellings; the one that documents use comes first. */
export const filterParameters = ({ name, lookups }: Pick<Filter, 'name' | 'lookups'>): FilterParameter[] =>
  lookups.flatMap((lookup) => spellings(name, lookup).map((spelling) => ({ name: spelling, lookup })));

function spellings(field: string, lookup: Lookup): string[] {
  if (lookup === 'from' || lookup === 'through') return [field];
  if (lookup === 'exact') return [field, `${field}__exact`];
  if (lookup === 'search') return [field, `${field}__icontains`, 'search'];
  return [`${field}__${lookup}`];
}
