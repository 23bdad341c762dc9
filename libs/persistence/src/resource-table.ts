import type { ListTable } from '@refundry/pagination';
import { fieldsOf, type Class } from '@refundry/resource';
import { rowCount } from './row-count.js';

/** How the fields of a contract's class stand in a table: in columns of the same name, unless `columns` says otherwise. */
export function resourceTable(name: string, of: Class, columns: Readonly<Record<string, string>> = {}): ListTable {
  const columnOf = (field: string): string => columns[field] ?? field;
  return { name, columnOf, columns: fieldsOf(of).map((field) => field.select(columnOf(field.name))), count: rowCount(name) };
}
