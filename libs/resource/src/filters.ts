import { fieldsOf, type Class, type Field, type FieldKind } from './fields/field.js';

/** How a column is compared with a value. */
export type Comparison = 'exact' | 'gt' | 'gte' | 'lt' | 'lte';

/**
 * `search` finds a part of the text, upper and lower case as Turkish has them. `from` and `through` are the inclusive
 * ends of a range, under names of their own; `through` a date alone is through all of its day.
 */
export type Lookup = Comparison | 'search' | 'from' | 'through';

/** The kinds of field a list can be filtered by. */
export type FilterKind = Exclude<FieldKind, (typeof unfilterable)[number]>;

export interface Filter {
  /** The query parameter; `gt` and its like append `__gt` and so on. */
  readonly name: string;
  /** The compared form: a field, or `list.field` for a field of the items of a list. */
  readonly field: string;
  readonly kind: FilterKind;
  readonly lookups: readonly Lookup[];
  /** `OPTIONS` prints a grouped filter as one entry with all its lookups, others as one entry for each lookup. */
  readonly grouped: boolean;
}

type FilterOptions =
  | readonly ['search']
  | readonly Comparison[]
  | { readonly grouped: readonly Comparison[] }
  | { readonly from: string; readonly through: string };

/**
 * The filters of a list, keyed by field. A search stands alone, for its parameters are `name`, `name__icontains` and
 * `search`.
 */
export type FilterTable<T> = Readonly<Partial<Record<keyof T & string, FilterOptions>>>;

/** Filters by what stands in the items of a list, keyed by the list: a row is found that has such an item. */
export type ItemFilterTable<T> = {
  readonly [K in keyof T & string]?: T[K] extends readonly (infer Item)[] ? readonly (keyof Item & string)[] : never;
};

const unfilterable = ['decimal', 'link', 'list', 'field'] as const;

/** @throws Error for a filter that could never be answered */
export function filtersOf<T extends object>(type: Class<T>, table?: FilterTable<T>): Filter[] {
  const filters = Object.entries((table ?? {}) as Record<string, FilterOptions>).flatMap(([name, options]) =>
    filtersBy(fieldOf(type, name), options),
  );
  const searched = filters.filter(({ lookups }) => lookups.includes('search'));
  if (searched.length > 1) throw new Error(`${type.name} can be searched by one field only`);
  if (searched.some(({ kind }) => kind !== 'string')) throw new Error(`${type.name} can be searched by text only`);
  return filters;
}

/** @throws Error for a filter that could never be answered */
export function itemFiltersOf<T extends object>(type: Class<T>, table?: ItemFilterTable<T>): Filter[] {
  return Object.entries((table ?? {}) as Record<string, readonly string[]>).flatMap(([list, names]) => {
    const items = fieldsOf(type).find(({ name }) => name === list)?.of;
    if (!items) throw new Error(`${type.name} has no list ${list} to filter by`);
    return names.map((name) => ({
      ...filterable(fieldOf(items, name)),
      field: `${list}.${name}`,
      lookups: ['exact'] as const,
      grouped: false,
    }));
  });
}

function filtersBy(field: FilterField, options: FilterOptions): Filter[] {
  const filter = filterable(field);
  if ('from' in options)
    return [
      { ...filter, name: options.from, lookups: ['from'], grouped: false },
      { ...filter, name: options.through, lookups: ['through'], grouped: false },
    ];
  return 'grouped' in options
    ? [{ ...filter, lookups: options.grouped, grouped: true }]
    : [{ ...filter, lookups: options, grouped: false }];
}

type FilterField = Pick<Field, 'name'> & { readonly kind: FilterKind };

// Django's name for the column behind a relation.
const filterable = ({ name, kind }: FilterField): Pick<Filter, 'name' | 'field' | 'kind'> => ({
  name: kind === 'pk field' ? `${name}_id` : name,
  field: name,
  kind,
});

function fieldOf(type: Class, name: string): FilterField {
  const field = fieldsOf(type).find((candidate) => candidate.name === name);
  if (!field) throw new Error(`${type.name} has no field ${name} to filter by`);
  const { kind } = field;
  if (!isFilterable(kind)) throw new Error(`${type.name} can't be filtered by ${name}, a field of kind ${kind}`);
  return { name, kind };
}

/** Whether values of the kind can be compared with one that a client gives. */
export const isFilterable = (kind: FieldKind): kind is FilterKind =>
  !(unfilterable as readonly FieldKind[]).includes(kind);
