/** The export parameters of a list's query string, beside those of any list. */
export interface ExportQuery {
  /** No page is asked for, so all rows are meant. */
  readonly isWhole: boolean;
  /** A CSV file begins with a byte order mark, which Excel knows UTF-8 by. */
  readonly hasByteOrderMark: boolean;
}

export function readExportQuery(query: string): ExportQuery {
  const parameters = new URLSearchParams(query);
  const last = (name: string): string => parameters.getAll(name).at(-1)?.trim() ?? '';
  return { isWhole: last('page') === '', hasByteOrderMark: last('bom') === '1' };
}
