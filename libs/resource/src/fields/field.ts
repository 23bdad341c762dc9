import { invalid } from '@refundry/errors';
import type { JsonSchema } from '../json-schema.js';
import type { JsonWriter } from '../json-writer.js';
import { isAsynchronous, rulesOf, type FieldRule } from './field-rules.js';
import { boundsOf, schemaOf, tightened } from './rule-counterparts.js';

export type Class<T = object> = new () => T;

/** The kinds of field; most bear the name that `OPTIONS` gives their type. */
export type FieldKind =
  | 'integer'
  | 'pk field'
  | 'decimal'
  | 'string'
  | 'email'
  | 'url'
  | 'boolean'
  | 'datetime'
  | 'local datetime'
  | 'link'
  | 'list'
  | 'field';

export interface FieldOptions {
  /** The label of the field. */
  label: string;
  /** Answered, never read from input. */
  readOnly?: boolean;
  /** Whether input must bring it; by default everything that is not read-only. */
  required?: boolean;
  allowNull?: boolean;
  /**
   * Its type as `OPTIONS` names it, where a document prints another than the field's own; its bounds and choices are
   * left out then.
   */
  describedAs?: string;
  /** Whether `OPTIONS` shows it at all. */
  isDescribed?: boolean;
  /** The field of which this is another name: input may bring either, and both when they agree. */
  sameAs?: string;
  /** Whether every answer has it; without it an answer may leave it out. */
  isAlwaysAnswered?: boolean;
  /** Whether it is a credential, or opens one: no record of a decision may have it. */
  isSecret?: boolean;
}

/** A property of a contract's class: how its value is read, written and described. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** Its type as `OPTIONS` names it. */
  readonly type: string;
  readonly isDescribed: boolean;
  readonly sameAs: string | undefined;
  /** The class of a list's items. */
  readonly of: Class | undefined;
  readonly label: string;
  readonly readOnly: boolean;
  readonly required: boolean;
  readonly allowNull: boolean;
  /** Whether an empty text is one. */
  readonly allowBlank: boolean;
  /** Bounds as `OPTIONS` prints them, e.g. `max_length`. */
  readonly bounds: Readonly<Record<string, number>>;
  /** Whether `OPTIONS` prints its bounds and choices. */
  readonly printsBounds: boolean;
  /** The values that it may have, where they are few. */
  readonly choices: readonly string[] | undefined;
  readonly isAlwaysAnswered: boolean;
  readonly isSecret: boolean;
  /** The JSON Schema of a value that isn't null. */
  schema(context: SchemaContext): JsonSchema;
  /**
   * Reads a present, non-null value.
   *
   * @param isBrief whether one error is enough, of an item whose errors are left out
   * @throws Failure `invalid` with Django REST framework's message
   */
  convert(value: unknown, isBrief?: boolean): unknown;
  /** SQL of the text in which a column's value leaves PostgreSQL. */
  select(column: string): string;
  /** Writes that text, of a non-null value, as JSON. It stands in `source` from `from` to before `to`, in UTF-8. */
  writeJson: WriteJson;
}

/** The purpose of a schema: input is read more generously than answers are written. */
export type Direction = 'answer' | 'input';

/** The context in which a field describes itself. */
export interface SchemaContext {
  readonly direction: Direction;
  /** The schema of another class in the same direction, usually a reference to it. */
  readonly refer: (type: Class) => JsonSchema;
}

export type WriteJson = (writer: JsonWriter, source: Uint8Array, from: number, to: number) => void;

export interface FieldBehaviour extends Pick<Field, 'kind' | 'convert' | 'writeJson' | 'schema'> {
  bounds?: Record<string, number | undefined>;
  /** Its type as `OPTIONS` names it; the kind, unless it is said. */
  type?: string;
  /** The class of a list's items. */
  of?: Class;
  allowBlank?: boolean;
  choices?: readonly string[];
  /** The column itself, unless it has to leave in another form. */
  select?: (column: string) => string;
}

/** A decorator that only fits a property of type `V`: a `Date` can't carry a timestamp, a string no integer. */
export type FieldDecorator<V> = <K extends string>(target: Partial<Record<K, V>>, key: K) => void;

const declared = new WeakMap<Class, Field[]>();
/** Every item of a batch asks for them. */
const known = new WeakMap<Class, readonly Field[]>();

/**
 * The fields of a class in the order of their declaration, which is the order of answers; inherited ones come first.
 * One that is declared again stays where it was.
 */
export function fieldsOf(type: Class): readonly Field[] {
  const remembered = known.get(type);
  if (remembered) return remembered;
  const own = declaredFields(type);
  const rules = rulesOf(type);
  const fields = rules.length === 0 ? own : withRules(type, own, rules);
  known.set(type, fields);
  return fields;
}

function declaredFields(type: Class): readonly Field[] {
  const parent = Object.getPrototypeOf(type) as Class | null;
  const own = [...(parent ? declaredFields(parent) : []), ...(declared.get(type) ?? [])];
  return [...new Map(own.map((field) => [field.name, field])).values()];
}

/** @throws Error for a rule that would never run */
function withRules(type: Class, fields: readonly Field[], rules: readonly FieldRule[]): readonly Field[] {
  for (const rule of rules) {
    const property = `${type.name}.${rule.propertyName}`;
    const field = fields.find(({ name }) => name === rule.propertyName);
    if (!field) throw new Error(`${property} has a rule of class-validator, and no field.`);
    if (field.sameAs !== undefined)
      throw new Error(`${property} is another name of ${field.sameAs}, to which its rules belong.`);
    if (isAsynchronous(rule)) throw new Error(`${property} has an asynchronous rule, and input is read at once.`);
  }
  const rulesByField = Map.groupBy(rules, ({ propertyName }) => propertyName);
  return fields.map((field) => describedBy(field, rulesByField.get(field.name)));
}

function describedBy(field: Field, rules?: readonly FieldRule[]): Field {
  if (!rules) return field;
  const added = schemaOf(field.kind, rules);
  return {
    ...field,
    bounds: field.printsBounds ? boundsOf(tightened(field.bounds, boundsOf(added))) : field.bounds,
    // What is answered may be older than a rule.
    schema: (context) =>
      context.direction === 'answer' ? field.schema(context) : tightened(field.schema(context), added),
  };
}

/** The field that is the key of a class's rows: its first. */
export function keyOf(type: Class): string {
  const [key] = fieldsOf(type);
  if (!key) throw new Error(`${type.name} has no fields`);
  return key.name;
}

export function declareField<V>(
  options: FieldOptions,
  { bounds = {}, type, of, choices, allowBlank = false, select = (column) => column, ...behaviour }: FieldBehaviour,
): FieldDecorator<V> {
  return (target, name) => {
    const readOnly = options.readOnly ?? false;
    const field: Field = {
      name,
      label: options.label,
      readOnly,
      required: options.required ?? !readOnly,
      allowNull: options.allowNull ?? false,
      type: options.describedAs ?? type ?? behaviour.kind,
      isDescribed: options.isDescribed ?? true,
      sameAs: options.sameAs,
      isAlwaysAnswered: options.isAlwaysAnswered ?? true,
      isSecret: options.isSecret ?? false,
      allowBlank,
      of,
      printsBounds: options.describedAs === undefined,
      bounds: options.describedAs === undefined ? givenOf(bounds) : {},
      choices: options.describedAs === undefined ? choices : undefined,
      select,
      ...behaviour,
    };
    const owner = target.constructor as Class;
    declared.set(owner, [...(declared.get(owner) ?? []), field]);
    known.delete(owner);
  };
}

const givenOf = (bounds: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(bounds).filter((entry): entry is [string, number] => entry[1] !== undefined));

export const refuse = (message: string): never => {
  throw invalid([message]);
};
