import { fieldsOf, type Class } from './fields/field.js';
import { isFilterable, type FilterKind } from './filters.js';

/** A table may have a key that no answer shows. */
const tablesOwnKey = 'id';

/** Whether a term of an order, such as `-modified_date`, begins with the greatest. */
export const isDescending = (term: string): boolean => term.startsWith('-');

/** The field that a term of an order names. */
export const fieldOfTerm = (term: string): string => (isDescending(term) ? term.slice(1) : term);

/**
 * The kind of the field that a term of an order names. It can be compared and is never null, so that a cursor read goes
 * on behind any row.
 *
 * @throws Error for any other field
 */
export function kindOfTerm(type: Class, term: string): FilterKind {
  const name = fieldOfTerm(term);
  const field =
    fieldsOf(type).find((candidate) => candidate.name === name) ??
    (name === tablesOwnKey ? { kind: 'integer' as const, allowNull: false } : undefined);
  if (!field) throw new Error(`${type.name} has no field ${name} to sort by`);
  // A link is sorted by the key it leads to.
  if (field.kind === 'link') return 'string';
  if (!isFilterable(field.kind))
    throw new Error(`${type.name} can't be sorted by ${name}, a field of kind ${field.kind}`);
  if (field.allowNull) throw new Error(`${type.name} can't be sorted by ${name}, which may be null`);
  return field.kind;
}
