import type { LargeColumn, ListTable, RowPositions } from '@refundry/pagination';
import { fieldsOf, type Class } from '@refundry/resource';
import { locateRow } from '../row-counts/find-row-at.js';
import { rowCount } from '../row-counts/row-count.js';

/**
 * How the fields of a contract's class stand in a table that `maintainRowCount` counts: in columns of the same name,
 * unless `columns` says otherwise. It is counted by the class's key, or, where that is no integer, by an `id` of the
 * table's own.
 */
export function resourceTable(
  name: string,
  of: Class,
  columns: Readonly<Record<string, string>> = {},
  large?: LargeColumn,
): ListTable {
  const columnOf = (field: string): string => columns[field] ?? field;
  const fields = fieldsOf(of);
  const [key] = fields;
  const positions: RowPositions = {
    key: key?.kind === 'integer' ? columnOf(key.name) : 'id',
    locate: (position) => locateRow(name, position),
  };
  return {
    name,
    columnOf,
    columns: fields.map((field) => field.select(columnOf(field.name))),
    count: rowCount(name),
    positions,
    ...(large && { large }),
  };
}

/**
 * A column of type `json` whose values may be of any size. The size in the table is looked at first, which reads
 * nothing of a value that is stored beside its row; it may be that of the compressed value.
 */
export const largeJson = (table: string, column: string): LargeColumn => ({
  field: column,
  upTo: (maxBytes) =>
    `case when pg_column_size(${table}.${column}) > ${maxBytes} then '' when ` +
    `octet_length(${table}.${column}::text) > ${maxBytes} then '' else ${table}.${column}::text end`,
});
