import {
  fieldsOf,
  filterParameters,
  pagingProfiles,
  type Class,
  type FilterKind,
  type FilterParameter,
  type JsonSchema,
  type ListEndpoint,
  type MountedEndpoint,
  keyOf,
} from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';
import type { Components } from './components.js';
import type { Parameter } from './openapi.js';

/** The parameters of a request beside its body. @param endpoint undefined for OPTIONS */
export function parametersOf(
  mount: Mount,
  endpoint: MountedEndpoint | undefined,
  method: string,
  components: Components,
): Parameter[] {
  const asked = !endpoint
    ? []
    : endpoint.kind === 'list'
      ? ofList(endpoint, components)
      : endpoint.kind === 'action'
        ? ofAction(endpoint, method, components)
        : [];
  return [
    ...keysOf(mount, endpoint),
    ...(endpoint && 'detailed' in endpoint ? [detail] : []),
    ...asked,
    ...formatOf(mount),
  ];
}

const query = (name: string, schema: JsonSchema, description?: string): Parameter => ({
  name,
  in: 'query',
  ...(description !== undefined && { description }),
  schema,
});

const detail = query('detail', { type: 'boolean' }, 'Whether to show more than the documents print');

const describedKeys: Readonly<Record<string, string>> = {
  key: 'The key of the row',
  within: 'The key of the row that it stands in',
};

function keysOf({ path }: Mount, endpoint: MountedEndpoint | undefined): Parameter[] {
  const names = path.split('/').flatMap((segment) => (segment.startsWith(':') ? [segment.slice(1)] : []));
  return names.map((name) => ({
    name,
    in: 'path',
    required: true,
    description: describedKeys[name] ?? name,
    schema: endpoint && name === 'key' ? keySchema(endpoint) : { type: 'string' },
  }));
}

/** A row is named in the path by its key; where that is a link, by its end. */
function keySchema(endpoint: MountedEndpoint): JsonSchema {
  const type: Class | undefined = endpoint.kind === 'action' ? endpoint.output : endpoint.of;
  const key = type && fieldsOf(type).find(({ name }) => name === keyOf(type));
  return { type: key?.kind === 'integer' ? 'integer' : 'string' };
}

function formatOf({ namedFormats, dialect }: Mount): Parameter[] {
  return dialect.isAlwaysJson
    ? []
    : [
        query(
          'format',
          { type: 'string', enum: namedFormats },
          'The format of the answer; without it `Accept` says which',
        ),
      ];
}

function ofList(list: ListEndpoint, components: Components): Parameter[] {
  const {
    maxSize,
    defaultSize,
    sizeParameters: [size = '', ...otherSizes],
  } = pagingProfiles[list.family];
  const sizeSchema = { type: 'integer', minimum: 1, maximum: maxSize, default: defaultSize } as const;
  return [
    query('page', { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'last' }] }, 'From 1, or `last`'),
    query(size, sizeSchema, 'The number of rows on a page'),
    ...otherSizes.map((name) => query(name, sizeSchema, `The same as \`${size}\``)),
    query('cursor', { type: 'string' }, '`*` begins a crawl to the end of the list; `next` leads on'),
    ...optionsOf(list.query, components),
    ...orderOf(list),
    ...list.filters.flatMap((filter) =>
      filter.lookups.flatMap((lookup) => filterOf(filterParameters({ ...filter, lookups: [lookup] }), filter.kind)),
    ),
    ...(list.formats.includes('csv') ? [query('bom', { const: 1 }, 'A CSV file begins with a byte order mark')] : []),
  ];
}

/** A parameter for each field of a class. */
const optionsOf = (type: Class | undefined, components: Components): Parameter[] =>
  (type ? fieldsOf(type) : []).map((field) =>
    query(
      field.name,
      field.schema({ direction: 'input', refer: (other) => components.ofClass(other, 'input') }),
      field.label,
    ),
  );

function orderOf({ sort, sortAliases, family, order }: ListEndpoint): Parameter[] {
  if (sort.length === 0) return [];
  const terms = [...sort, ...Object.keys(sortAliases)].flatMap((term) => [term, `-${term}`]);
  const { sortParameter } = pagingProfiles[family];
  return [
    {
      ...query(
        sortParameter,
        { type: 'array', items: { type: 'string', enum: terms } },
        `Terms separated by commas; \`-\` begins with the greatest. Without it \`${order.join()}\``,
      ),
      style: 'form',
      explode: false,
    },
  ];
}

/** All spellings of one comparison; the first is offered, the others are told. */
function filterOf([first, ...others]: readonly FilterParameter[], kind: FilterKind): Parameter[] {
  if (!first) return [];
  const also = others.length > 0 ? `. Also ${others.map(({ name }) => `\`${name}\``).join(', ')}` : '';
  return [query(first.name, filterSchemas[kind], `${lookupTexts[first.lookup]}${also}`)];
}

const lookupTexts: Readonly<Record<FilterParameter['lookup'], string>> = {
  exact: 'Equal',
  gt: 'Greater',
  gte: 'Greater or equal',
  lt: 'Less',
  lte: 'Less or equal',
  search: 'Contains, in upper or lower case',
  from: 'From, inclusive',
  through: 'Until, inclusive; a date alone is its whole day',
};

const instant: JsonSchema = { type: 'string', description: 'A date, or a date and a time; UTC without an offset' };

const filterSchemas: Readonly<Record<FilterKind, JsonSchema>> = {
  integer: { type: 'number' },
  'pk field': { type: 'string' },
  boolean: { type: 'boolean' },
  datetime: instant,
  'local datetime': instant,
  string: { type: 'string' },
  email: { type: 'string' },
  url: { type: 'string' },
};

function ofAction(endpoint: MountedEndpoint & { kind: 'action' }, method: string, components: Components): Parameter[] {
  const options = method === 'POST' ? endpoint.query : undefined;
  const merged = endpoint.mergesQuery ? endpoint.input : undefined;
  return [
    ...optionsOf(options, components),
    ...optionsOf(merged, components),
    ...(endpoint.isRepeatable
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header' as const,
            description: 'Sent again with the same key, the same request is done once. It is remembered for a day.',
            schema: { type: 'string' } as const,
          },
        ]
      : []),
  ];
}
