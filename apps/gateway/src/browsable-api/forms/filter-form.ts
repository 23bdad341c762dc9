import { fieldsOf, pagingProfiles, type Class, type Lookup, type ListEndpoint } from '@refundry/resource';
import { html, type Html } from '../html.js';
import type { PageLinks } from '../page-links.js';
import { againAt, queryOf, type PageView } from '../shown.js';

/** The query parameters of a list: its filters, its order and the size of a page, as parameters of a GET. */
export function filterForm(shown: PageView, links: PageLinks): Html | undefined {
  const { mount } = shown;
  const list = mount.endpoints.get('GET');
  if (list?.kind !== 'list' || !mount.dialect.pages) return undefined;
  const path = againAt(shown);
  const asked = new Map(
    [...new URLSearchParams(queryOf(shown))].map(([name, value]) => [
      mount.dialect.ignoresCase ? name.toLowerCase() : name,
      value,
    ]),
  );
  const { sortParameter } = pagingProfiles[mount.family];
  const filters = list.filters.map((filter) =>
    filterSet(
      labelOf(list.of, filter.field),
      filter.lookups.map((lookup) => ({ lookup, name: parameterOf(filter.name, lookup), kind: filter.kind })),
      asked,
    ),
  );
  const names = new Set([
    ...list.filters.flatMap(({ name, lookups }) => lookups.map((lookup) => parameterOf(name, lookup))),
    sortParameter,
    sizeParameter,
    'page',
    'cursor',
    'format',
  ]);
  const kept = [...asked].filter(([name]) => !names.has(name));
  return html`<form id="filters" class="card filters" method="get" action="${links.toFile(path)}">
<h2>Filters</h2>
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${(asked.has('format') || !mount.dialect.showsPagesToBrowsers) && html`<input type="hidden" name="format" value="api">`}
${filters}
${list.sort.length > 0 && sortChoice(list, sortParameter, asked)}
<label>Rows on a page <input type="number" name="${sizeParameter}" min="1" step="1" value="${
    asked.get(sizeParameter) ?? ''
  }" placeholder="10"></label>
<div class="actions"><button class="primary">Apply</button><a href="${links.toPage(path)}">Reset</a></div>
</form>`;
}

/** The name in both families. */
const sizeParameter = 'page_size';

interface Parameter {
  readonly lookup: Lookup;
  readonly name: string;
  readonly kind: string;
}

const words: Readonly<Record<Lookup, string>> = {
  exact: 'is',
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
  search: 'contains',
  from: 'from',
  through: 'through',
};
const wordsForTime: Partial<typeof words> = { gt: 'after', gte: 'from', lt: 'before', lte: 'until' };

const parameterOf = (name: string, lookup: Lookup): string =>
  ['gt', 'gte', 'lt', 'lte'].includes(lookup) ? `${name}__${lookup}` : name;

function filterSet(label: string, parameters: readonly Parameter[], asked: ReadonlyMap<string, string>): Html {
  const [first] = parameters;
  if (parameters.length === 1 && first)
    return html`<label>${label}${first.lookup !== 'exact' && ` ${wordOf(first)}`} ${filterInput(first, asked)}</label>`;
  return html`<fieldset class="lookups"><legend>${label}</legend>${parameters.map(
    (parameter) => html`<label>${wordOf(parameter)} ${filterInput(parameter, asked)}</label>`,
  )}</fieldset>`;
}

const wordOf = ({ lookup, kind }: Parameter): string =>
  (kind.endsWith('datetime') ? wordsForTime[lookup] : undefined) ?? words[lookup];

/** Everything but a truth is typed as text: filters read numbers such as `1e9`, and dates in many forms. */
function filterInput({ name, kind }: Parameter, asked: ReadonlyMap<string, string>): Html {
  const value = asked.get(name) ?? '';
  if (kind === 'boolean')
    return choice(name, value, [
      ['', 'any'],
      ['true', 'true'],
      ['false', 'false'],
    ]);
  return html`<input name="${name}" value="${value}"${kind === 'integer' && html` inputmode="numeric"`}${
    kind.endsWith('datetime') && html` placeholder="2026-01-31"`
  }>`;
}

const sortChoice = ({ sort, of }: ListEndpoint, name: string, asked: ReadonlyMap<string, string>): Html =>
  html`<label>Order ${choice(name, asked.get(name) ?? '', [
    ['', 'as it comes'],
    ...sort.flatMap(
      (field) =>
        [
          [field, `${labelOf(of, field)}, rising`],
          [`-${field}`, `${labelOf(of, field)}, falling`],
        ] as [string, string][],
    ),
  ])}</label>`;

/** With the value that was asked for, even where it is none of those offered. */
function choice(name: string, value: string, offered: readonly (readonly [string, string])[]): Html {
  const all = offered.some(([term]) => term === value) ? offered : [...offered, [value, value] as const];
  return html`<select name="${name}">${all.map(
    ([term, label]) => html`<option value="${term}"${term === value && html` selected`}>${label}</option>`,
  )}</select>`;
}

/** @param path a field, or `list.field` for one of the items of a list */
function labelOf(type: Class, path: string): string {
  const [name = '', ...rest] = path.split('.');
  const field = fieldsOf(type).find((candidate) => candidate.name === name);
  return rest.length > 0 && field?.of ? labelOf(field.of, rest.join('.')) : (field?.label ?? name);
}
