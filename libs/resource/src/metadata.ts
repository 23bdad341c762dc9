import type { ListEndpoint, MountedEndpoint } from './endpoints.js';
import type { Method } from './family.js';
import { fieldsOf, type Class, type Field, type FieldKind } from './fields/field.js';
import type { Filter } from './filters.js';
import { mediaTypes } from './format.js';

type Endpoints = readonly [MountedEndpoint, ...MountedEndpoint[]];

/** The answer of `OPTIONS` for the endpoints of one path, key for key as the family's documents print it. */
export const metadata = (endpoints: Endpoints): object =>
  endpoints[0].family === 'oms' ? describeView(endpoints) : describeSimply(endpoints);

const parses = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
/** Only what is read comes in several formats. */
const rendersOf = (endpoints: Endpoints): string[] => {
  const { formats } = endpoints.find(({ methods }) => methods.includes('GET')) ?? endpoints[0];
  return formats.map((format) => mediaTypes[format]);
};

/** Django REST framework's `SimpleMetadata`: the fields of what may be posted and put. */
function describeSimply(endpoints: Endpoints): object {
  const [first] = endpoints;
  const written = endpoints.flatMap((endpoint) =>
    endpoint.kind === 'action' && endpoint.input
      ? endpoint.methods
          .filter((method) => method === 'POST' || method === 'PUT')
          .map((method) => [method, childrenOf(endpoint.input as Class)] as const)
      : [],
  );
  return {
    name: first.name,
    description: '',
    renders: rendersOf(endpoints),
    parses,
    ...(written.length > 0 && { actions: Object.fromEntries(written) }),
  };
}

const childrenOf = (type: Class): object =>
  Object.fromEntries(
    fieldsOf(type)
      .filter(({ isDescribed }) => isDescribed)
      .map((field) => [field.name, describeNested(field)]),
  );

function describeNested(field: Field): object {
  if (!field.of) return describeField(field);
  const children = childrenOf(field.of);
  return {
    ...describeField(field),
    ...(field.kind === 'list'
      ? { child: { type: 'nested object', required: true, read_only: false, children } }
      : { children }),
  };
}

/** The OMS documents' own. */
function describeView(endpoints: Endpoints): object {
  const [first] = endpoints;
  return {
    name: first.name,
    renders: rendersOf(endpoints),
    parses,
    actions: Object.fromEntries(
      endpoints.flatMap((endpoint) => endpoint.methods.map((method) => [method, describeFields(endpoint, method)])),
    ),
    filters: endpoints.flatMap((endpoint) => (endpoint.kind === 'list' ? describeFilters(endpoint) : [])),
  };
}

function describeFields(endpoint: MountedEndpoint, method: Method): object {
  const options = endpoint.kind === 'action' && method === 'POST' ? (endpoint.query ?? endpoint.input) : undefined;
  const type: Class | undefined = endpoint.kind === 'action' ? options : endpoint.of;
  return Object.fromEntries((type ? fieldsOf(type) : []).map((field) => [field.name, describeField(field)]));
}

const describeField = ({ type, required, readOnly, label, bounds, choices }: Field): object => ({
  type,
  required,
  read_only: readOnly,
  label,
  ...bounds,
  ...(choices && !readOnly && { choices: choices.map((value) => ({ value, display_name: value })) }),
});

function describeFilters({ sort, filters }: ListEndpoint): object[] {
  return [...(sort.length > 0 ? [describeSort(sort)] : []), ...filters.flatMap(describeFilter)];
}

function describeSort(fields: readonly string[]): object {
  const choices = fields.flatMap((field) => {
    const label = field === 'id' ? 'ID' : title(field);
    return [
      [field, label],
      [`-${field}`, `${label} (descending)`],
    ];
  });
  return {
    label: 'Sort',
    field_name: 'sort',
    type: 'dropdown',
    lookup_expr: ['exact'],
    extra: { choices, help_text: '', null_label: null, required: false },
  };
}

function describeFilter(filter: Filter): object[] {
  if (filter.lookups.includes('search')) return [filterEntry(filter, title(filter.name), ['icontains'])];
  if (filter.grouped) return [filterEntry(filter, title(filter.name), filter.lookups)];
  return filter.lookups.map((lookup) =>
    filterEntry(filter, lookup === 'exact' ? title(filter.name) : `${title(filter.name)} ${title(lookup)}`, [lookup]),
  );
}

/** The field of a filter that accepts any text. */
const comparedAsText: ReadonlySet<FieldKind> = new Set(['datetime', 'pk field', 'email'] as const);

function filterEntry({ name, kind }: Filter, label: string, lookups: readonly string[]): object {
  return {
    label,
    field_name: name,
    type: comparedAsText.has(kind) ? 'string' : kind,
    lookup_expr: lookups,
    extra: { required: false },
  };
}

const title = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
