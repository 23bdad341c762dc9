import fc from 'fast-check';
import type { DescribedApi, DescribedOperation } from './described-api.js';
import { nonsense, valuesOf, type KnownValues } from './schema-values.js';

/** As whom a request is sent. */
export const bearers = ['owner', 'reader', 'nobody', 'broken', 'oms', 'retail', 'reservation'] as const;

type Bearer = (typeof bearers)[number];

/** A request, put together of nothing but a seed, the description, and what was known when the run began. */
export interface FuzzRequest {
  readonly operation: DescribedOperation;
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer: Bearer;
  readonly body?: string;
  /** It is none of the operation's, but asks for something else at its path. */
  readonly isStray: boolean;
}

/** Keys by the template of the path they stand in. */
export type KnownKeys = ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;

export interface KnownData {
  readonly values: KnownValues;
  readonly keys: KnownKeys;
  /** Rows as they were read, by the template of the path of one: each may be put back. */
  readonly rows: ReadonlyMap<string, readonly KnownRow[]>;
}

interface KnownRow {
  readonly keys: Readonly<Record<string, string>>;
  readonly row: object;
}

/** Changes a request, usually to the worse. */
type Spoiler = (request: FuzzRequest) => fc.Arbitrary<FuzzRequest>;

/** Requests of an operation: half of them as described, the others with something about them. */
export function requestsOf(
  api: DescribedApi,
  known: KnownData,
  operation: DescribedOperation,
): fc.Arbitrary<FuzzRequest> {
  const spoilers = operation.requestBody ? [...ofEverything, ...ofBodies] : ofEverything;
  const rows = known.rows.get(operation.path);
  const asDescribed = described(api, known, operation);
  const sound =
    operation.method === 'PUT' && rows
      ? fc.oneof(
          asDescribed,
          fc.constantFrom(...rows).map((row) => putBack(operation, row)),
        )
      : asDescribed;
  return sound.chain((request) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(request) },
      { weight: 4, arbitrary: fc.constantFrom(...spoilers).chain((spoil) => spoil(request)) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...spoilers), fc.constantFrom(...spoilers))
          .chain(([spoil, again]) => spoil(request).chain(again)),
      },
    ),
  );
}

function described(api: DescribedApi, known: KnownData, operation: DescribedOperation): fc.Arbitrary<FuzzRequest> {
  const { method } = operation;
  return fc
    .tuple(
      keysFor(api, known, operation),
      queryFor(api, known, operation),
      headersFor(operation),
      bodyFor(api, known, operation),
    )
    .map(([keys, query, headers, body]) => ({
      operation,
      method,
      path: pathTo(operation, keys),
      query,
      bearer: 'owner' as const,
      isStray: false,
      headers: { ...headers, ...(body && { 'content-type': body.type }) },
      ...(body && { body: body.text }),
    }));
}

const putBack = (operation: DescribedOperation, { keys, row }: KnownRow): FuzzRequest => ({
  operation,
  method: operation.method,
  path: pathTo(operation, keys),
  query: [],
  headers: { 'content-type': 'application/json' },
  bearer: 'owner',
  body: JSON.stringify(row),
  isStray: false,
});

const pathTo = ({ path }: DescribedOperation, keys: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => segment(keys[name] ?? ''));

/** A segment that leads out of the path would be another path. */
const segment = (key: string): string => encodeURIComponent(key.toWellFormed()).replace(/^(?:\.{0,2})$/, 'x');

function keysFor(
  api: DescribedApi,
  { keys, values }: KnownData,
  { path, parameters }: DescribedOperation,
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const made = fc.record(
    Object.fromEntries(inPath.map(({ name, schema }) => [name, valuesOf(api, values, schema).map(String)])),
  );
  const found = keys.get(path);
  return found && found.length > 0
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...found) }, { weight: 1, arbitrary: made })
    : made;
}

type Query = FuzzRequest['query'];

function queryFor(api: DescribedApi, { values }: KnownData, { parameters }: DescribedOperation): fc.Arbitrary<Query> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const all = inQuery.map(({ name, schema }) =>
    valuesOf(api, values, schema, name).map((value) => [name, [value].flat().map(String).join()] as const),
  );
  return fc
    .subarray(all, { maxLength: Math.min(4, all.length) })
    .chain((some) => fc.tuple(...some))
    .map((query) => query.filter(([, value]) => value !== 'null'));
}

function headersFor({ parameters }: DescribedOperation): fc.Arbitrary<Record<string, string>> {
  const isRepeatable = parameters.some(({ name }) => name === 'Idempotency-Key');
  return isRepeatable
    ? fc
        .option(fc.integer({ min: 1, max: 50 }).map(String), { nil: undefined, freq: 1 })
        .map((key): Record<string, string> => (key === undefined ? {} : { 'idempotency-key': key }))
    : fc.constant({});
}

interface Body {
  readonly type: string;
  readonly text: string;
}

function bodyFor(
  api: DescribedApi,
  { values }: KnownData,
  { requestBody }: DescribedOperation,
): fc.Arbitrary<Body | undefined> {
  if (!requestBody) return fc.constant(undefined);
  return fc.oneof(
    ...Object.entries(requestBody.content).map(([type, { schema, example }]) => {
      const value = valuesOf(api, values, schema);
      const body =
        example === undefined
          ? value
          : fc.oneof({ weight: 1, arbitrary: fc.constant(example) }, { weight: 3, arbitrary: value });
      return { weight: type === 'application/json' ? 3 : 1, arbitrary: body.map((plain) => encoded(type, plain)) };
    }),
  );
}

function encoded(type: string, value: unknown): Body {
  if (type === 'application/json') return { type, text: JSON.stringify(value) };
  const entries = formEntries(value);
  if (type === 'application/x-www-form-urlencoded') return { type, text: new URLSearchParams(entries).toString() };
  const parts = entries.map(
    ([name, part]) =>
      `--limit\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '')}"\r\n\r\n${part}\r\n`,
  );
  return { type: `${type}; boundary=limit`, text: `${parts.join('')}--limit--\r\n` };
}

/** As Django REST framework writes lists of objects in a form. */
function formEntries(value: unknown, prefix = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (Array.isArray(member))
      return member.flatMap((item: unknown, index): [string, string][] =>
        typeof item === 'object' && item !== null
          ? formEntries(item, `${prefix}${name}[${index}]`)
          : [[prefix + name, inForm(item)]],
      );
    return [[prefix + name, inForm(member)]];
  });
}

const inForm = (value: unknown): string => (value === null ? '' : asText(value));
const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const withHeaders = (request: FuzzRequest, headers: Readonly<Record<string, string>>): FuzzRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
/** The requests that Node's client agrees to send. */
const headerValues = fc.oneof(
  fc.constantFrom(
    '',
    '*/*',
    'text/html',
    'text/csv',
    'application/xls',
    'image/png',
    'application/json;q=0',
    'nonsense',
    ',',
    ';',
    'text/*',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ),
  fc.stringMatching(/^[!-~\u00a1-\u00ff]{0,60}$/),
);
const words = fc.oneof(
  nonsense.map(asText),
  fc.constantFrom('last', '-id', '*', 'id,-id', 'api', 'csv', 'xls', 'json', 'true'),
);

const ofEverything: readonly Spoiler[] = [
  (request) => fc.constantFrom(...bearers).map((bearer) => ({ ...request, bearer })),
  (request) => headerValues.map((accept) => withHeaders(request, { accept })),
  (request) =>
    fc
      .constantFrom('json', 'api', 'csv', 'xls', 'xlsx', 'xml', '', 'JSON')
      .map((format) => ({ ...request, query: [...request.query, ['format', format]] })),
  // Any parameter, with anything, again and again.
  (request) =>
    fc
      .array(
        fc.tuple(
          fc.constantFrom(
            'page',
            'page_size',
            'limit',
            'cursor',
            'search',
            'Page_size',
            '__proto__',
            'toString',
            ...request.operation.parameters.map(({ name }) => name),
          ),
          words,
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((more) => ({ ...request, query: [...request.query, ...more] })),
  (request) =>
    nonsense.map((key) => ({
      ...request,
      path: request.operation.path.replaceAll(/\{\w+\}/g, segment(asText(key).slice(0, 300))),
    })),
  (request) => fc.constant({ ...request, path: request.path.replace(/\/$/, '') }),
  (request) =>
    headerValues.map((value) =>
      withHeaders(request, { 'idempotency-key': value, 'x-request-id': value, domain: value }),
    ),
  (request) =>
    fc
      .constantFrom('PUT', 'PATCH', 'DELETE', 'POST', 'PROPFIND', 'TRACE', 'SEARCH')
      .map((method) => ({ ...request, method, isStray: true })),
  (request) =>
    fc
      .constantFrom('{}', '{', '[1]', '{"reserve_id":"10011"}', '\0')
      .map((body) => withHeaders({ ...request, body: request.body ?? body }, { 'content-type': 'application/json' })),
  (request) =>
    fc
      .constantFrom('//', ';', '/x/y/z', '/%00/y/z', '.json', '.api', '/../../x', '%', '%zz', '%FF')
      .map((end) => ({ ...request, path: request.path.replace(/\/?$/, end), isStray: true })),
];

const ofBodies: readonly Spoiler[] = [
  (request) =>
    fc
      .constantFrom(
        '',
        '{',
        '[',
        '[]',
        '{}',
        'null',
        '1',
        '"text"',
        '[[]]',
        '[1]',
        '[{}]',
        '[{},{}]',
        '{"a":}',
        '\ufeff{}',
        '{"a":1,"a":2}',
        '['.repeat(5000),
        '{"a":'.repeat(33),
        '\0',
      )
      .map((body) => ({ ...request, body })),
  (request) => nonsense.map((value) => ({ ...request, body: JSON.stringify(value) })),
  (request) =>
    fc
      .constantFrom(
        'text/plain',
        'application/xml',
        'application/json; charset=latin1',
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'application/x-www-form-urlencoded',
        'APPLICATION/JSON',
        '',
        '/',
        ';',
      )
      .map((type) => withHeaders(request, { 'content-type': type })),
  // Something else in one place.
  (request) =>
    fc
      .tuple(fc.nat(), nonsense)
      .map(([place, value]) => ({ ...request, body: replaced(request.body ?? '', place, value) })),
];

/** The JSON with one of its members, however deep, replaced. */
function replaced(body: string, place: number, value: unknown): string {
  const members: (() => void)[] = [];
  const collect = (parent: unknown): void => {
    if (typeof parent !== 'object' || parent === null) return;
    for (const name of Object.keys(parent)) {
      members.push(() => {
        (parent as Record<string, unknown>)[name] = value;
      });
      collect((parent as Record<string, unknown>)[name]);
    }
  };
  const root = parsed(body);
  collect(root);
  members[place % Math.max(1, members.length)]?.();
  return JSON.stringify(root);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return { body };
  }
}
