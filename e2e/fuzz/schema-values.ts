import fc from 'fast-check';
import type { DescribedApi, Schema } from './described-api.js';

/** Values that were answered, by the name of their field: what is asked for by them is there. */
export type KnownValues = ReadonlyMap<string, readonly unknown[]>;

const deepest = 5;
const maxItems = 3;

/** Values that a schema allows; often known ones where the name of the field is known. */
export function valuesOf(
  api: DescribedApi,
  known: KnownValues,
  given: Schema,
  name = '',
  depth = 0,
): fc.Arbitrary<unknown> {
  const allowed = allowedBy(api, known, given, name, depth);
  // Filters append how they compare.
  const found = known.get(name.replace(/__\w+$/, ''));
  return found
    ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...found) }, { weight: 1, arbitrary: allowed })
    : allowed;
}

function allowedBy(
  api: DescribedApi,
  known: KnownValues,
  given: Schema,
  name: string,
  depth: number,
): fc.Arbitrary<unknown> {
  const schema = api.schema(given);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((choice) => allowedBy(api, known, choice, name, depth)));
  const types = schema.type === undefined ? ['object', 'string', 'integer', 'null'] : [schema.type].flat();
  return fc.oneof(...types.map((type) => ofType(api, known, { ...schema, type }, depth)));
}

function ofType(
  api: DescribedApi,
  known: KnownValues,
  schema: Schema & { type: string },
  depth: number,
): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(
        fc.integer({ min: Math.max(schema.minimum ?? 0, -1000), max: Math.min(schema.maximum ?? 1000, 1000) }),
        fc.integer({ min: schema.minimum ?? -(2 ** 53) + 1, max: schema.maximum ?? 2 ** 53 - 1 }),
      );
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'string':
      return text(schema);
    case 'array':
      return depth > deepest
        ? fc.constant([])
        : fc.array(valuesOf(api, known, schema.items ?? {}, '', depth + 1), {
            minLength: schema.minItems ?? 0,
            maxLength: Math.min(schema.maxItems ?? maxItems, maxItems),
          });
    default:
      return object(api, known, schema, depth);
  }
}

function object(
  api: DescribedApi,
  known: KnownValues,
  { properties = {}, required = [] }: Schema,
  depth: number,
): fc.Arbitrary<unknown> {
  if (depth > deepest) return fc.constant({});
  // A value that two names may give is given by the first more often than by both.
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valuesOf(api, known, schema, name, depth + 1)]),
  );
  const optional = Object.keys(model).filter((name) => !required.includes(name));
  return fc
    .record(model, { requiredKeys: [...required] })
    .chain((all) =>
      fc
        .oneof(fc.constant(optional), fc.subarray(optional))
        .map((kept) =>
          Object.fromEntries(Object.entries(all).filter(([name]) => required.includes(name) || kept.includes(name))),
        ),
    );
}

const instants = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9000-01-01'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(
      date.toISOString(),
      date.toISOString().slice(0, 10),
      date.toISOString().slice(0, 19).replace('T', ' '),
      `${date.toISOString().slice(0, 19)}+03:30`,
    ),
  );

// To make some of these takes far longer than to draw from them.
const emails = fc.emailAddress();
const shortTexts = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
const anyTexts = fc.string({ unit: 'grapheme', maxLength: 40 });
const numbers = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }).map(String),
  fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
);

function text({ pattern, format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return emails;
  if (pattern?.includes('\\d{4}-')) return instants;
  if (pattern !== undefined) return numbers;
  return fc
    .oneof(shortTexts, anyTexts)
    .map((any) => Array.from(any.padEnd(minLength, 'x')).slice(0, maxLength).join(''));
}

/** Rows without a parent, sent all the same. */
export const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'x'.repeat(5000),
    -1,
    0,
    1.5,
    1e308,
    -(2 ** 53),
    2 ** 31,
    2 ** 63,
    '9'.repeat(400),
    'NaN',
    'Infinity',
    '1e999',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-14:00',
    '0000-00-00',
    '__proto__',
    '٣',
    "'; drop table refund --",
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);
