import { ordinaryDeadlineMs, type ActionEndpoint, type DetailEndpoint, type ListEndpoint, type Operation } from './endpoints.js';
import type { Family, Method } from './family.js';
import type { Class } from './fields/field.js';
import { filtersOf, type FilterTable } from './filters.js';
import type { Format } from './format.js';

type FieldName<T> = keyof T & string;
type SortTerm<T> = FieldName<T> | `-${FieldName<T>}`;

interface ResourceOptions<T> {
  family: Family;
  /** Below the family's base, e.g. `cancellation-reasons`. */
  path: string;
  of: Class<T>;
  /** Further paths of the whole resource that clients in the field use. */
  aliases?: readonly string[];
  /** Its document promises that a 401 has no content. */
  bare401?: boolean;
}

interface EndpointOptions {
  scope: string;
  formats?: readonly Format[];
}

interface ListOptions<T> extends EndpointOptions {
  filters?: FilterTable<T>;
  sort?: readonly FieldName<T>[];
  order: readonly [...SortTerm<T>[], SortTerm<T>];
  /** Below the resource's own, where the list doesn't stand there itself. */
  path?: string;
}

type ActionOptions<In extends object, Out extends object | void> = EndpointOptions & ActionAnswer<Out> & {
  methods: readonly Method[];
  query?: Class<In>;
  deadlineMs?: number;
};

/** An action without output answers an empty object, or with 204 nothing at all. */
type ActionAnswer<Out extends object | void> = { output: Class<Out & object>; status?: 200 } | { output?: undefined; status?: 200 | 204 };

/** A noun of the API, declared once. Routes, subjects, validation, SQL order and `OPTIONS` follow from it. */
export interface Resource<T extends object> {
  list(options: ListOptions<T>): ListEndpoint<T>;
  detail(options: EndpointOptions): DetailEndpoint<T>;
  action<In extends object = object, Out extends object | void = void>(path: string, options: ActionOptions<In, Out>): ActionEndpoint<In, Out>;
}

export function resource<T extends object>({ family, path, of, aliases = [], bare401 = false }: ResourceOptions<T>): Resource<T> {
  const mounted = (name: string, below: string, { scope, formats = ['json'] }: EndpointOptions) => ({
    family,
    name,
    subject: `${family}.${path.replaceAll('/', '.')}.${name}`,
    path: [path, below].filter(Boolean).join('/'),
    aliases: aliases.map((alias) => [alias, below].filter(Boolean).join('/')),
    methods: ['GET'] as readonly Method[],
    status: 200 as const,
    scope,
    formats,
    deadlineMs: ordinaryDeadlineMs,
    changesState: false,
    bare401,
  });
  return {
    list: ({ path: below = '', ...options }) => ({ ...mounted(below || 'list', below, options), kind: 'list', of, filters: filtersOf(of, options.filters), sort: options.sort ?? [], order: options.order }),
    detail: (options) => ({ ...mounted('detail', ':key', options), kind: 'detail', of }),
    action: (below, { methods, query, output, status = 200, deadlineMs = ordinaryDeadlineMs, ...options }) =>
      ({ ...mounted(below, below, options), kind: 'action', methods, status, deadlineMs, changesState: true, ...(query && { query }), ...(output && { output }) }),
  };
}

interface OperationOptions<In extends object, Out extends object> {
  input: Class<In>;
  output?: Class<Out>;
}

/** Declares what our own processes ask each other at `subject`. Without an output class nothing is answered. */
export function operation<In extends object>(subject: string, options: { input: Class<In> }): Operation<In, void>;
export function operation<In extends object, Out extends object>(subject: string, options: { input: Class<In>; output: Class<Out> }): Operation<In, Out>;
export function operation<In extends object, Out extends object>(subject: string, { input, output }: OperationOptions<In, Out>): Operation<In, Out> {
  return { kind: 'operation', subject, input, deadlineMs: ordinaryDeadlineMs, ...(output && { output }) };
}
