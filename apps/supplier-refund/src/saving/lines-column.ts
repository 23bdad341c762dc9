import type { LargeColumn } from '@refundry/pagination';
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
export const lineColumns = ({ of, columns = {} }: Pick<Lines, 'of' | 'columns'>): string[] =>
  fieldsOf(of).map(({ name }) => columns[name] ?? `line.${name}`);

/** SQL of the lines of a document, as a `ListField` reads them, in the order in which they came. */
export const linesColumn = (lines: Lines): string =>
  `array_to_json(array(select ${textsOf(lines)} ${fromLines(lines)}))`;

/**
 * The same column as one whose values may be of any size. Beyond a number of lines, of which many are as large as most,
 * none is read.
 */
export const largeLines = (field: string, lines: Lines): LargeColumn => ({
  field,
  upTo: (maxBytes) => {
    const maxLines = Math.max(1, Math.floor(maxBytes / defaultLineBytes));
    return `(
      select case when count(*) > ${maxLines} or octet_length(array_to_json(array_agg(texts))::text) > ${maxBytes}
        then '' else coalesce(array_to_json(array_agg(texts))::text, '[]') end
      from (select ${textsOf(lines)} as texts ${fromLines(lines)} limit ${maxLines + 1}) first)`;
  },
  items: `select row_number() over (order by line.id) as number, array_to_json(array[${textsOf(lines)}])::text
    as value ${fromLines(lines)}`,
});

/** The size of a line with ids of the default length. */
const defaultLineBytes = 256;

const textsOf = ({ of, columns }: Pick<Lines, 'of' | 'columns'>): string =>
  `array[${lineColumns({ of, ...(columns && { columns }) })
    .map((column) => `(${column})::text`)
    .join(', ')}]`;

const fromLines = ({ table, documents }: Lines): string =>
  `from ${table} line where line.account_id = ${documents}.account_id and line.document = ${documents}.id
    order by line.id`;
