import { fieldsOf, type Class } from '@refundry/resource';

interface Lines {
  /** The class of the lines as they are answered. */
  readonly of: Class;
  readonly table: string;
  /** The table of the documents that they are lines of. */
  readonly documents: string;
  /** SQL of what stands in no column of the field's name; the line is `line`. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** SQL of the values of a line, in the order of the fields of its class. */
export const lineColumns = ({ of, columns = {} }: Pick<Lines, 'of' | 'columns'>): string[] => fieldsOf(of).map(({ name }) => columns[name] ?? `line.${name}`);

/** SQL of the lines of a document, as a `ListField` reads them, in the order in which they came. */
export const linesColumn = (lines: Lines): string => `array_to_json(array(
  select array[${lineColumns(lines).map((column) => `(${column})::text`).join(', ')}]
  from ${lines.table} line where line.account_id = ${lines.documents}.account_id and line.document = ${lines.documents}.id order by line.id))`;
