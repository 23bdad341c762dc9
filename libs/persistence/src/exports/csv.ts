import { fieldsOf, type Class, type FieldKind } from '@refundry/resource';
import type { TextRow } from '../read-connection/row-reader.js';

type Cell = (column: string) => string;

const itself: Cell = (column) => column;

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front. A phone number such as
 * `+90 (555) 111-22-33` is none: of digits and signs alone comes no more than a number. Most texts begin with a letter,
 * and are done with at the first comparison.
 */
const guarded: Cell = (column) =>
  `case when ascii(${column}) < 65 and ascii(${column}) in (9, 13, 43, 45, 61, 64) ` +
  `and ${column} !~ '^[-0-9 +.()]*$' then '''' || ${column} else ${column} end`;

/**
 * SQL of the text that JSON answers for a timestamp: with microseconds, unless they are zero, and `Z`. To look at the
 * finished text is cheaper than to ask the timestamp.
 */
const answeredTimestamp = (column: string): string =>
  `replace(to_char(${column}::timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')`;

/** SQL of a field's value as it stands in a CSV file, but for the quotes. */
const cells: Record<FieldKind, Cell> = {
  integer: itself,
  'pk field': itself,
  decimal: itself,
  string: guarded,
  email: guarded,
  url: guarded,
  // As Python prints them, which writes the CSV of Django REST framework.
  boolean: (column) => `case when ${column} then 'True' when not ${column} then 'False' end`,
  datetime: answeredTimestamp,
  'local datetime': (column) => `replace((${column})::text, ' ', 'T')`,
  // The key it leads to: a file has no address.
  link: guarded,
  list: (column) => guarded(`(${column})::text`),
  field: (column) => guarded(`(${column})::text`),
};

/** The selected columns of a row, in the order of the class's fields. */
export const csvColumns = (of: Class, columnOf: (field: string) => string): string[] =>
  fieldsOf(of).map(({ name, kind }) => cells[kind](columnOf(name)));

export const csvHeader = (of: Class): string => csvLine(fieldsOf(of).map(({ name }) => name));

/** A line as COPY writes it: null is nothing, an empty text a pair of quotes (RFC 4180). */
export const csvLine = (row: TextRow): string => `${row.map(csvValue).join(',')}\r\n`;

const csvValue = (text: string | null): string =>
  text === '' || (text !== null && /[",\r\n]/.test(text)) ? `"${text.replaceAll('"', '""')}"` : (text ?? '');
