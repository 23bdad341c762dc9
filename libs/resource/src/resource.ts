import {
  defaultDeadlineMs,
  type ActionEndpoint,
  type DetailEndpoint,
  type Documentation,
  type FileEndpoint,
  type ListEndpoint,
  type Operation,
} from './endpoints.js';
import { serviceOf, type Family, type Method } from './family.js';
import { fieldsOf, type Class } from './fields/field.js';
import { filtersOf, itemFiltersOf, type FilterTable, type ItemFilterTable } from './filters.js';
import type { ExportFormat, Format } from './format.js';
import type { JsonText } from './json-text.js';
import { kindOfTerm } from './order-terms.js';

type FieldName<T> = keyof T & string;
type SortTerm<T> = FieldName<T> | `-${FieldName<T>}`;

/** The examples of a resource are those of every endpoint that answers or takes a row of it. */
interface ResourceOptions<T> extends Pick<Documentation, 'example' | 'inputExample'> {
  family: Family;
  /** The service that answers it, at a subject with the family in it; the family's own, unless it is said. */
  service?: string;
  /** Below the family's base, e.g. `cancellation-reasons`. */
  path: string;
  of: Class<T>;
  /** Further paths of the whole resource that clients in the field use. */
  aliases?: readonly string[];
  /** Its document promises that a 401 has no content. */
  bare401?: boolean;
  /** The name in `OPTIONS`, followed by `List` or `Instance`; without it the endpoint's name. */
  title?: string;
}

interface EndpointOptions extends Documentation {
  scope: string;
  formats?: readonly Format[];
}

interface ReadOptions<T> extends EndpointOptions {
  /** The class that `?detail=1` shows instead: the same and more. */
  detailed?: Class<T>;
}

/** An endpoint that anybody may ask. */
interface OpenOptions extends Documentation {
  isPublic: true;
  scope?: undefined;
  formats?: readonly Format[];
}

interface ListOptions<T, Options extends object> extends ReadOptions<T> {
  /** The class of options beside filters, order and page. */
  query?: Class<Options>;
  filters?: FilterTable<T>;
  /** Fields of the items of a list that it is filtered by, as if they were the row's own. */
  itemFilters?: ItemFilterTable<T>;
  sort?: readonly FieldName<T>[];
  sortAliases?: Readonly<Record<string, FieldName<T>>>;
  /** Ends in the key: that of the contract, or the table's own `id`. */
  order: readonly [...SortTerm<T>[], SortTerm<T> | 'id'];
  /** Below the resource's own, where the list doesn't stand there itself; `:within/…` where it stands in a row. */
  path?: string;
}

type ActionOptions<In extends object, Out extends object | void> = (EndpointOptions | OpenOptions) &
  ActionAnswer<Out> & {
    /** Its last name in the subject, where another action has the same path. */
    name?: string;
    methods: readonly Method[];
    query?: Class<In>;
    input?: Class<In>;
    mergesQuery?: boolean;
    /** The class of its answer with `?detail=1`. */
    detailed?: Class<Out & object>;
    deadlineMs?: number;
    isEncrypted?: boolean;
    isRead?: boolean;
    isRepeatable?: boolean;
  };

interface PartOptions<T> extends ReadOptions<T> {
  of: Class<T>;
}

interface ReplaceOptions<T> extends EndpointOptions {
  /** The class of its body, and of its answer with `?detail=1`, where the resource's own has fewer fields. */
  detailed?: Class<T>;
}

interface CreateOptions<Out> extends EndpointOptions {
  /** So many may come in one array. */
  atMost: number;
  output: Class<Out>;
  deadlineMs?: number;
}

/** An action without output answers an empty object, or with 204 nothing at all. */
type ActionAnswer<Out extends object | void> =
  { output: Class<Out & object>; status?: 200 | 201 | 202 } | { output?: undefined; status?: 200 | 204 };

/** The options of an endpoint of any kind. */
interface MountedOptions extends Documentation, Partial<Pick<EndpointOptions, 'formats'>> {
  scope?: string | undefined;
  /** The class of its answers; of a list, of the rows. */
  answers?: Class | undefined;
  takes?: Class | undefined;
}

/** A noun of the API, declared once. Routes, subjects, validation, SQL order and `OPTIONS` follow from it. */
export interface Resource<T extends object> {
  list<Options extends object = object>(options: ListOptions<T, Options>): ListEndpoint<T, Options>;
  detail(options: ReadOptions<T>): DetailEndpoint<T>;
  /** A row that stands in a row: `GET /<key>/<path>/<key of the part>/`. */
  part<Part extends object>(path: string, options: PartOptions<Part>): DetailEndpoint<Part>;
  /** `POST` to the list: one, or an array of them, all or none. */
  create<Out extends object>(options: CreateOptions<Out>): ActionEndpoint<readonly T[], Out>;
  /** `PUT` to a row. */
  replace(options: ReplaceOptions<T>): ActionEndpoint<T, JsonText<T>>;
  /** `PATCH` to a row: what is left out stays as it is. */
  update(options: EndpointOptions): ActionEndpoint<Partial<T>, JsonText<T>>;
  /** `DELETE` of a row. */
  remove(options: EndpointOptions): ActionEndpoint;
  /** `DELETE` of the rows that the body names; the handler answers what `detailed` declares where it is asked for. */
  removeMany<In extends object, Out extends object = never>(
    options: EndpointOptions & { input: Class<In>; detailed?: Class<Out> },
  ): ActionEndpoint<In, Out | void>;
  /** `GET` of a file. */
  file(path: string, options: EndpointOptions & { file: ExportFormat }): FileEndpoint;
  action<In extends object = object, Out extends object | void = void>(
    path: string,
    options: ActionOptions<In, Out>,
  ): ActionEndpoint<In, Out>;
}

export function resource<T extends object>({
  family,
  service = serviceOf[family],
  path,
  of,
  aliases = [],
  bare401 = false,
  title,
  example: row,
  inputExample: inputRow,
}: ResourceOptions<T>): Resource<T> {
  const mounted = (
    name: string,
    below: string,
    {
      scope = '',
      formats = ['json'],
      answers = of,
      takes,
      summary,
      description,
      example,
      inputExample,
      refusals,
    }: MountedOptions,
  ) => ({
    family,
    name: title === undefined ? name : `${title} ${below === '' ? 'List' : 'Instance'}`,
    subject: [service, ...(service === serviceOf[family] ? [] : [family]), ...path.split('/'), name]
      .filter(Boolean)
      .join('.'),
    resource: path,
    path: [path, below].filter(Boolean).join('/'),
    aliases: aliases.map((alias) => [alias, below].filter(Boolean).join('/')),
    methods: ['GET'] as readonly Method[],
    status: 200 as const,
    scope,
    isPublic: false,
    isEncrypted: false,
    isRead: true,
    hasLinks: holdsLinks(answers),
    formats,
    deadlineMs: defaultDeadlineMs,
    changesState: false,
    bare401,
    documentation: {
      summary,
      description,
      refusals,
      example: example ?? (answers === of ? row : undefined),
      inputExample: inputExample ?? (takes === of ? inputRow : undefined),
    },
  });
  const written = (name: string, below: string, method: Method, options: MountedOptions) =>
    ({
      ...mounted(name, below, options),
      kind: 'action',
      methods: [method],
      isRead: false,
      changesState: true,
      isPartial: false,
      mergesQuery: false,
      isRepeatable: false,
    }) as const;
  const ofRow = { input: of, output: of as unknown as Class<JsonText<T>> };
  return {
    list: ({ path: below = '', query, filters, itemFilters, sort = [], sortAliases = {}, order, ...options }) => {
      for (const term of [...sort, ...order]) kindOfTerm(of, term);
      return {
        ...mounted(nameOfList(below), below, options),
        kind: 'list',
        of,
        ...(query && { query }),
        ...detailed(options),
        filters: [...filtersOf(of, filters), ...itemFiltersOf(of, itemFilters)],
        sort,
        sortAliases,
        order,
      };
    },
    detail: (options) => ({ ...mounted('detail', ':key', options), kind: 'detail', of, ...detailed(options) }),
    part: (below, options) => ({
      ...mounted(below, `:within/${below}/:key`, { ...options, answers: options.of }),
      kind: 'detail',
      of: options.of,
      ...detailed(options),
    }),
    create: ({ atMost, output, deadlineMs = defaultDeadlineMs, ...options }) => ({
      ...written('create', '', 'POST', { ...options, answers: output, takes: of }),
      status: 201,
      deadlineMs,
      output,
      atMost,
      isRepeatable: true,
      input: of as unknown as Class<readonly T[]>,
    }),
    replace: ({ detailed: type, ...options }) => ({
      ...written('replace', ':key', 'PUT', { ...options, takes: of }),
      ...ofRow,
      ...(type && { input: type, detailed: type as unknown as Class<JsonText<T>> }),
    }),
    update: (options) => ({
      ...written('update', ':key', 'PATCH', { ...options, takes: of }),
      ...ofRow,
      isPartial: true,
    }),
    remove: (options) => ({ ...written('remove', ':key', 'DELETE', options), status: 204 }),
    removeMany: ({ input, detailed: answer, ...options }) => ({
      ...written('remove-many', '', 'DELETE', options),
      status: 204,
      input,
      ...(answer && { detailed: answer }),
    }),
    file: (below, { file, ...options }) => ({
      ...written(nameOf(below), below, 'GET', options),
      isRead: true,
      file,
    }),
    action: (
      below,
      {
        methods,
        query,
        input,
        output,
        status = 200,
        deadlineMs = defaultDeadlineMs,
        isEncrypted = false,
        isRead = false,
        mergesQuery = false,
        isRepeatable = false,
        detailed: detailedOutput,
        name = nameOf(below),
        ...options
      },
    ) => ({
      ...mounted(name, below, { ...options, answers: output, takes: input }),
      kind: 'action',
      methods,
      status,
      deadlineMs,
      changesState: true,
      isPartial: false,
      isPublic: 'isPublic' in options,
      isEncrypted,
      isRead,
      mergesQuery,
      isRepeatable,
      ...(query && { query }),
      ...(input && { input }),
      ...(output && { output }),
      ...(detailedOutput && { detailed: detailedOutput }),
    }),
  };
}

const detailed = <T>({ detailed: type }: ReadOptions<T>): { detailed?: Class<T> } => (type ? { detailed: type } : {});

const nameOf = (path: string): string =>
  path
    .split('/')
    .filter((segment) => !segment.startsWith(':'))
    .join('.');

/** A list that stands in a row, and its rows, have the same path but for the key. */
const nameOfList = (path: string): string => (path.startsWith(':within/') ? `${nameOf(path)}.list` : path || 'list');

const holdsLinks = (type: Class): boolean =>
  fieldsOf(type).some(({ kind, of }) => kind === 'link' || (of !== undefined && holdsLinks(of)));

interface OperationOptions<In extends object, Out extends object> {
  input: Class<In>;
  output?: Class<Out>;
  isEncrypted?: boolean;
  isRead?: boolean;
}

/** Declares what our own processes ask each other at `subject`. Without an output class nothing is answered. */
export function operation<In extends object>(
  subject: string,
  options: OperationOptions<In, never>,
): Operation<In, void>;
export function operation<In extends object, Out extends object>(
  subject: string,
  options: OperationOptions<In, Out> & { output: Class<Out> },
): Operation<In, Out>;
export function operation<In extends object, Out extends object>(
  subject: string,
  { input, output, isEncrypted = false, isRead = false }: OperationOptions<In, Out>,
): Operation<In, Out> {
  return {
    kind: 'operation',
    subject,
    input,
    deadlineMs: defaultDeadlineMs,
    isEncrypted,
    isRead,
    ...(output && { output }),
  };
}
