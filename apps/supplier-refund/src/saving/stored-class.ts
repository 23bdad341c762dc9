import { fieldsOf, type Class, type Field, type FieldKind } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** How the objects of a contract's class are kept: each field of theirs in a column of its name. */
export interface StoredClass<T extends object> {
  readonly of: Class<T>;
  readonly table: string;
  /** The fields that they are known by: an account has one of each. */
  readonly key: readonly (keyof T & string)[];
  /** The source of their public key if it isn't the only field of the key; it stands in `public_key`. */
  readonly publicKey?: readonly (keyof T & string)[];
  /** The storage of the items of one of their lists; `lines_hash` beside the object tells whether they have changed. */
  readonly lines?: StoredLines<T>;
  /** Runs in the transaction that has written objects, new or changed ones; it is told their public keys. */
  readonly onWritten?: (transaction: EntityManager, account: number, publicKeys: readonly string[]) => Promise<void>;
}

export interface StoredLines<T extends object> {
  readonly field: keyof T & string;
  readonly table: string;
}

export type Value = string | number | null;
/** An object of a contract's class, by its fields. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** A column, and PostgreSQL's name for its type. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

const types: Partial<Record<FieldKind, string>> = {
  string: 'text',
  integer: 'integer',
  decimal: 'numeric',
  'local datetime': 'timestamp',
};

/** The columns that the fields of a class are written to. @throws Error for a field that can't be */
export const columnsOf = (type: Class): Column[] =>
  fieldsOf(type)
    .filter(isStored)
    .map(({ name, kind }) => ({ name, type: types[kind] ?? unknown(type, name) }));

const isStored = ({ readOnly, kind, sameAs }: Field): boolean => !readOnly && kind !== 'list' && sameAs === undefined;

function unknown(type: Class, field: string): never {
  throw new Error(`${type.name}.${field} is of a kind that no column is made for`);
}

/** The class of a list's items. @throws Error when it is none */
export function itemsOf(type: Class, list: string): Class {
  const items = fieldsOf(type).find(({ name }) => name === list)?.of;
  if (!items) throw new Error(`${type.name} has no list ${list}`);
  return items;
}

/** Equal for objects with the same key, and for no others: no text has the character that stands between. */
export const identityOf = (key: readonly string[], object: Readonly<Record<string, unknown>>): string =>
  key.map((field) => object[field]).join('\0');
