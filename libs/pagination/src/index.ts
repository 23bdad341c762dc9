export { writeCursor } from './cursor.js';
export { envelope, envelopeEnds, pagesOf } from './envelope.js';
export { readExportQuery } from './export-query.js';
export { readListQuery } from './list-query.js';
export type { ListQuery } from './list-query.js';
export {
  countedExportStatement,
  crawlEndStatement,
  exportStatement,
  foldedColumnOf,
  listStatement,
  manyRows,
  parametersOf,
  rowText,
  wholeListStatement,
  wholeRowText,
} from './list-statement.js';
export type { LargeColumn, ListTable, RowPositions, Statement } from './list-statement.js';
