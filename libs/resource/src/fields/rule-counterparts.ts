import {
  ARRAY_MAX_SIZE,
  ARRAY_MIN_SIZE,
  ARRAY_NOT_EMPTY,
  ARRAY_UNIQUE,
  IS_IN,
  IS_ISO31661_ALPHA_2,
  IS_ISO31661_ALPHA_3,
  IS_ISO4217_CURRENCY_CODE,
  IS_LENGTH,
  IS_NEGATIVE,
  IS_OPTIONAL,
  IS_POSITIVE,
  IS_UUID,
  MATCHES,
  MAX,
  MAX_LENGTH,
  MIN,
  MIN_LENGTH,
  ValidationTypes,
} from 'class-validator';
import type { JsonSchema } from '../json-schema.js';
import type { FieldRule } from './field-rules.js';

/** The JSON Schema of a rule with some constraints, which refuses nothing that the rule accepts. */
type Counterpart = (...constraints: never[]) => JsonSchema;
type Counterparts = Readonly<Record<string, Counterpart>>;

const ofText: Counterparts = {
  [MIN_LENGTH]: (minLength: number) => ({ minLength }),
  [MAX_LENGTH]: (maxLength: number) => ({ maxLength }),
  [IS_LENGTH]: (minLength: number, maxLength?: number) => ({
    minLength,
    ...(maxLength !== undefined && { maxLength }),
  }),
  [MATCHES]: (pattern: RegExp | string) => (isPortable(pattern) ? { pattern: pattern.source } : {}),
  // A number is read as its digits, which an `enum` of texts would refuse.
  [IS_IN]: (values: readonly unknown[]) => (values.every(isWord) ? { enum: values } : {}),
  [IS_UUID]: () => ({ format: 'uuid' }),
  [IS_ISO31661_ALPHA_2]: () => ({ pattern: '^[A-Za-z]{2}$' }),
  [IS_ISO31661_ALPHA_3]: () => ({ pattern: '^[A-Za-z]{3}$' }),
  [IS_ISO4217_CURRENCY_CODE]: () => ({ pattern: '^[A-Za-z]{3}$' }),
};

const ofWholeNumber: Counterparts = {
  [MIN]: (minimum: number) => ({ minimum }),
  [MAX]: (maximum: number) => ({ maximum }),
  [IS_POSITIVE]: () => ({ minimum: 1 }),
  [IS_NEGATIVE]: () => ({ maximum: -1 }),
};

const ofList: Counterparts = {
  [ARRAY_MIN_SIZE]: (minItems: number) => ({ minItems }),
  [ARRAY_MAX_SIZE]: (maxItems: number) => ({ maxItems }),
  [ARRAY_NOT_EMPTY]: () => ({ minItems: 1 }),
  [ARRAY_UNIQUE]: () => ({ uniqueItems: true }),
};

/** Other kinds are converted into a form that a schema of what is brought says nothing about. */
const counterparts: Readonly<Record<string, Counterparts>> = {
  string: ofText,
  email: ofText,
  integer: ofWholeNumber,
  'pk field': ofWholeNumber,
  list: ofList,
};

/** The counterparts in JSON Schema of a field's rules; empty where they have none, or depend on anything else. */
export const schemaOf = (kind: string, rules: readonly FieldRule[]): JsonSchema =>
  rules.some(isConditional) ? {} : rules.map((rule) => schemaOfRule(kind, rule)).reduce(tightened, {});

const isConditional = ({ type, name, validateIf }: FieldRule): boolean =>
  validateIf !== undefined || (type === ValidationTypes.CONDITIONAL_VALIDATION && name !== IS_OPTIONAL);

function schemaOfRule(kind: string, { name = '', constraints }: FieldRule): JsonSchema {
  const counterpart = counterparts[kind]?.[name];
  return counterpart ? counterpart(...((constraints as never[] | undefined) ?? [])) : {};
}

/** The names that `OPTIONS` has for bounds, in the order of Django REST framework's `SimpleMetadata`. */
const boundNames = {
  min_length: ['minLength', 'minItems'],
  max_length: ['maxLength', 'maxItems'],
  min_value: ['minimum'],
  max_value: ['maximum'],
} as const;

/** Bounds as `OPTIONS` names them, of a schema or of such bounds. */
export const boundsOf = (bounds: JsonSchema | Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(boundNames).flatMap(([name, keywords]) => {
      const bound = [name, ...keywords].map((key) => (bounds as Readonly<Record<string, unknown>>)[key]);
      return bound.flatMap((value) => (typeof value === 'number' ? [[name, value]] : []));
    }),
  );

/** Both: of two lower bounds the greater, of two upper bounds the lesser. */
export const tightened = <T extends object>(some: T, more: T): T => ({
  ...some,
  ...Object.fromEntries(
    Object.entries(more).map(([key, value]: [string, unknown]) => {
      const other = (some as Readonly<Record<string, unknown>>)[key];
      if (typeof value !== 'number' || typeof other !== 'number') return [key, value];
      return [key, key.startsWith('min') ? Math.max(value, other) : Math.min(value, other)];
    }),
  ),
});

const isWord = (value: unknown): boolean => typeof value === 'string' && Number.isNaN(Number(value));

/** JSON Schema has no flags, and reads a pattern as Unicode. */
function isPortable(pattern: RegExp | string): pattern is RegExp {
  if (typeof pattern === 'string' || !['', 'u'].includes(pattern.flags)) return false;
  try {
    return new RegExp(pattern.source, 'u').flags === 'u';
  } catch {
    return false;
  }
}
