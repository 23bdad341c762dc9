import type { ListEndpoint, MountedEndpoint } from './endpoints.js';
import type { Method } from './family.js';
import { fieldsOf, type Class, type Field, type FieldKind } from './fields/field.js';
import type { Filter } from './filters.js';
import { mediaTypes } from './format.js';

/** What `OPTIONS` answers for the endpoints of one path, key for key as the OMS documents print it. */
export function metadata(endpoints: readonly [MountedEndpoint, ...MountedEndpoint[]]): object {
  const [first] = endpoints;
  return {
    name: first.name,
    renders: first.formats.map((format) => mediaTypes[format]),
    parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
    actions: Object.fromEntries(endpoints.flatMap((endpoint) => endpoint.methods.map((method) => [method, describeFields(endpoint, method)]))),
    filters: endpoints.flatMap((endpoint) => (endpoint.kind === 'list' ? describeFilters(endpoint) : [])),
  };
}

function describeFields(endpoint: MountedEndpoint, method: Method): object {
  const options = endpoint.kind === 'action' && method === 'POST' ? endpoint.query : undefined;
  const type: Class | undefined = endpoint.kind === 'action' ? options : endpoint.of;
  return Object.fromEntries((type ? fieldsOf(type) : []).map((field) => [field.name, describeField(field)]));
}

const describeField = ({ kind, required, readOnly, label, bounds }: Field): object => ({ type: kind, required, read_only: readOnly, label, ...bounds });

function describeFilters({ sort, filters }: ListEndpoint): object[] {
  return [...(sort.length > 0 ? [describeSort(sort)] : []), ...filters.flatMap(describeFilter)];
}

function describeSort(fields: readonly string[]): object {
  const choices = fields.flatMap((field) => {
    const label = field === 'id' ? 'ID' : title(field);
    return [[field, label], [`-${field}`, `${label} (descending)`]];
  });
  return { label: 'Sort', field_name: 'sort', type: 'dropdown', lookup_expr: ['exact'], extra: { choices, help_text: '', null_label: null, required: false } };
}

function describeFilter(filter: Filter): object[] {
  if (filter.lookups.includes('search')) return [filterEntry(filter, title(filter.name), ['icontains'])];
  if (filter.grouped) return [filterEntry(filter, title(filter.name), filter.lookups)];
  return filter.lookups.map((lookup) => filterEntry(filter, lookup === 'exact' ? title(filter.name) : `${title(filter.name)} ${title(lookup)}`, [lookup]));
}

/** What a filter takes any text for. */
const comparedAsText: ReadonlySet<FieldKind> = new Set(['datetime', 'pk field', 'email'] as const);

function filterEntry({ name, kind }: Filter, label: string, lookups: readonly string[]): object {
  return { label, field_name: name, type: comparedAsText.has(kind) ? 'string' : kind, lookup_expr: lookups, extra: { required: false } };
}

const title = (name: string): string => name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
