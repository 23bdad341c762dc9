export { writeCursor } from './cursor.js';
export { envelope, pagesOf } from './envelope.js';
export { readExportQuery } from './export-query.js';
export { readListQuery } from './list-query.js';
export type { ListQuery } from './list-query.js';
export { countedExportStatement, exportStatement, foldedColumnOf, listStatement, parametersOf } from './list-statement.js';
export type { ListTable, RowPositions, Statement } from './list-statement.js';
