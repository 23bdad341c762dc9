import { fieldsOf, type Class, type Field, type FieldKind } from './fields/field.js';

/** How a column is compared with a value. */
export type Comparison = 'exact' | 'gt' | 'gte' | 'lt' | 'lte';

/** `search` finds a part of the text, upper and lower case as Turkish has them. */
export type Lookup = Comparison | 'search';

/** The kinds of field a list can be filtered by. */
export type FilterKind = Exclude<FieldKind, (typeof unfilterable)[number]>;

export interface Filter {
  /** The query parameter; lookups other than `exact` append `__gt` and so on. */
  readonly name: string;
  /** What is compared. */
  readonly field: string;
  readonly kind: FilterKind;
  readonly lookups: readonly Lookup[];
  /** `OPTIONS` prints a grouped filter as one entry with all its lookups, others as one entry for each lookup. */
  readonly grouped: boolean;
}

/** The filters of a list, keyed by field. A search stands alone, for its parameters are `name`, `name__icontains` and `search`. */
export type FilterTable<T> = Readonly<Partial<Record<keyof T & string, readonly ['search'] | readonly Comparison[] | { readonly grouped: readonly Comparison[] }>>>;

const unfilterable = ['decimal', 'list', 'field'] as const;

/** @throws Error for a filter that could never be answered */
export function filtersOf<T extends object>(type: Class<T>, table?: FilterTable<T>): Filter[] {
  const fields = new Map(fieldsOf(type).map((field) => [field.name, field]));
  const filters = Object.entries((table ?? {}) as Record<string, readonly Lookup[] | { grouped: readonly Lookup[] }>).map(([field, lookups]) => {
    const kind = filterKind(type, field, fields.get(field));
    // Django's name for the column behind a relation.
    const name = kind === 'pk field' ? `${field}_id` : field;
    return 'grouped' in lookups ? { name, field, kind, lookups: lookups.grouped, grouped: true } : { name, field, kind, lookups, grouped: false };
  });
  const searched = filters.filter(({ lookups }) => lookups.includes('search'));
  if (searched.length > 1) throw new Error(`${type.name} can be searched by one field only`);
  if (searched.some(({ kind }) => kind !== 'string')) throw new Error(`${type.name} can be searched by text only`);
  return filters;
}

function filterKind(type: Class, name: string, field: Field | undefined): FilterKind {
  if (!field) throw new Error(`${type.name} has no field ${name} to filter by`);
  if (!isFilterable(field.kind)) throw new Error(`${type.name} can't be filtered by ${name}, a field of kind ${field.kind}`);
  return field.kind;
}

const isFilterable = (kind: FieldKind): kind is FilterKind => !(unfilterable as readonly FieldKind[]).includes(kind);
