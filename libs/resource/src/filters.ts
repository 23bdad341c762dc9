import { fieldsOf, type Class, type FieldKind } from './fields/field.js';

export type Lookup = 'exact' | 'gt' | 'gte' | 'lt' | 'lte';

export interface Filter {
  /** The query parameter; lookups other than `exact` append `__gt` and so on. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly lookups: readonly Lookup[];
  /** `OPTIONS` prints a grouped filter as one entry with all its lookups, others as one entry for each lookup. */
  readonly grouped: boolean;
}

/** The filters of a list, keyed by field. */
export type FilterTable<T> = Readonly<Partial<Record<keyof T & string, readonly Lookup[] | { readonly grouped: readonly Lookup[] }>>>;

export function filtersOf<T extends object>(type: Class<T>, table?: FilterTable<T>): Filter[] {
  const kinds = new Map(fieldsOf(type).map((field) => [field.name, field.kind]));
  return Object.entries((table ?? {}) as Record<string, readonly Lookup[] | { grouped: readonly Lookup[] }>).map(([name, lookups]) => {
    const kind = kinds.get(name);
    if (!kind) throw new Error(`${type.name} has no field ${name} to filter by`);
    return 'grouped' in lookups ? { name, kind, lookups: lookups.grouped, grouped: true } : { name, kind, lookups, grouped: false };
  });
}
