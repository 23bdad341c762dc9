import { fieldsOf, type Class, type Field } from './fields/field.js';

/** The entries of a form, in its order; a file is something else than a text. */
export type FormEntries = Iterable<readonly [name: string, value: unknown]>;

/**
 * The input of a class as a form spells it (Django REST framework's notation): `qty=1`; the items of a list of objects
 * as `products[0]qty=1`; a list of texts as the same name again and again, or as `identifiers[0]=a`. An empty text is
 * null, or nothing, where either may be.
 */
export function formInput(type: Class, entries: FormEntries): Record<string, unknown> {
  const all = [...entries];
  const input: Record<string, unknown> = {};
  for (const field of fieldsOf(type)) {
    const value = field.kind === 'list' ? listOf(field, all) : valueOf(field, all);
    if (value !== undefined) input[field.name] = value;
  }
  return input;
}

type Entries = (readonly [name: string, value: unknown])[];

function valueOf({ name, required, allowNull, allowBlank }: Field, entries: Entries): unknown {
  const value = entries.findLast(([entry]) => entry === name)?.[1];
  if (value !== '' || allowBlank) return value;
  if (allowNull) return null;
  return required ? value : undefined;
}

function listOf({ name, of }: Field, entries: Entries): unknown[] | undefined {
  const texts = of ? [] : entries.flatMap(([entry, value]) => (entry === name ? [value] : []));
  const values = texts.length > 0 ? texts : itemsOf(of, name, entries);
  return values.length > 0 ? values : undefined;
}

/** In the order of their indices. An item that has no fields is the text itself. */
function itemsOf(of: Class | undefined, list: string, entries: Entries): unknown[] {
  const items = new Map<number, unknown>();
  for (const [entry, value] of entries) {
    const match = entry.startsWith(`${list}[`) ? itemField.exec(entry.slice(list.length)) : null;
    if (!match?.groups) continue;
    const { index = '', plain, bracketed } = match.groups;
    const field = plain ?? bracketed;
    const item = items.get(Number(index));
    if (field === undefined) items.set(Number(index), value);
    else if (Array.isArray(item)) item.push([field, value]);
    else items.set(Number(index), [[field, value]]);
  }
  return [...items]
    .sort(([left], [right]) => left - right)
    .map(([, item]) => (Array.isArray(item) ? fieldsOfItem(of, item as Entries) : item));
}

/** An object where a text is expected is passed on, for the field to refuse it. */
const fieldsOfItem = (of: Class | undefined, entries: Entries): object =>
  of ? formInput(of, entries) : Object.fromEntries(entries);

/**
 * After the list's name: `[0]qty`, and as others write it `[0].qty` and `[0][qty]`; `[0]` alone is an item without
 * fields.
 */
const itemField = /^\[(?<index>\d{1,6})\](?:\.?(?<plain>[^.[\]]+)|\[(?<bracketed>[^[\]]+)\])?$/;
