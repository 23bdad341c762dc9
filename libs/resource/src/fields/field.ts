import { invalid } from '../failure.js';

export type Class<T = object> = new () => T;

/** The types of a field as `OPTIONS` names them. */
export type FieldKind = 'integer' | 'string' | 'url' | 'boolean' | 'datetime';

export interface FieldOptions {
  /** What people call the field. */
  label: string;
  /** Answered, never read from input. */
  readOnly?: boolean;
  /** Whether input must bring it; by default everything that is not read-only. */
  required?: boolean;
  allowNull?: boolean;
}

/** A property of a contract's class: how its value is read, written and described. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly readOnly: boolean;
  readonly required: boolean;
  readonly allowNull: boolean;
  /** Bounds as `OPTIONS` prints them, e.g. `max_length`. */
  readonly bounds: Readonly<Record<string, number>>;
  /** Reads a present, non-null value. @throws Failure `invalid` with Django REST framework's message */
  convert(value: unknown): unknown;
  /** SQL of the text in which a column's value leaves PostgreSQL. It never holds a control character. */
  toCell(column: string): string;
  /** Turns that text, of a non-null value, into JSON. */
  toJson(cell: string): string;
}

export type FieldBehaviour = Pick<Field, 'kind' | 'convert' | 'toCell' | 'toJson'> & { bounds?: Record<string, number | undefined> };

/** For columns whose text in PostgreSQL has no control characters anyway. */
export const plainCell = (column: string): string => column;

/** A decorator that only fits a property of type `V`: a `Date` can't carry a timestamp, a string no integer. */
export type FieldDecorator<V> = <K extends string>(target: Partial<Record<K, V>>, key: K) => void;

const declared = new WeakMap<Class, Field[]>();

/** The fields of a class in the order of their declaration, which is the order of answers; inherited ones come first. */
export function fieldsOf(type: Class): readonly Field[] {
  const parent = Object.getPrototypeOf(type) as Class | null;
  return [...(parent ? fieldsOf(parent) : []), ...(declared.get(type) ?? [])];
}

export function declareField<V>(options: FieldOptions, { bounds = {}, ...behaviour }: FieldBehaviour): FieldDecorator<V> {
  return (target, name) => {
    const readOnly = options.readOnly ?? false;
    const field: Field = {
      name,
      label: options.label,
      readOnly,
      required: options.required ?? !readOnly,
      allowNull: options.allowNull ?? false,
      bounds: Object.fromEntries(Object.entries(bounds).filter((entry): entry is [string, number] => entry[1] !== undefined)),
      ...behaviour,
    };
    const type = target.constructor as Class;
    declared.set(type, [...(declared.get(type) ?? []), field]);
  };
}

export const refuse = (message: string): never => {
  throw invalid([message]);
};
