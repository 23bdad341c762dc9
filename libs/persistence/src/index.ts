export { alterReadPolicies, scopeToAccount } from './transactions/account-scope.js';
export { arrayLiteral } from './columns/array-literal.js';
export { DatabaseMeasures } from './database/database-measures.js';
export { DatabaseModule, dataSourceOf } from './database/database.module.js';
export { Exports } from './exports/exports.js';
export { ResourceExporter } from './exports/resource-exporter.js';
export type { ExportSource } from './exports/resource-exporter.js';
export {
  createIdempotentRequests,
  dropIdempotentRequests,
  IdempotentRequests,
} from './transactions/idempotent-requests.js';
export { ReadPool } from './read-connection/read-pool.js';
export { BigintColumn } from './columns/bigint-column.js';
export { MicrosecondsColumn } from './columns/microseconds-column.js';
export type { DeferredMigration } from './migrations/deferred-migrations.js';
export { createIndexConcurrently, migrate } from './migrations/migrate.js';
export type { Migration } from './migrations/migrate.js';
export { ResourceReader } from './resources/resource-reader.js';
export { largeJson, resourceTable } from './resources/resource-table.js';
export { isWholeNumber, RowByKey } from './resources/row-by-key.js';
export type { TextRow } from './read-connection/row-reader.js';
export { RowCounter } from './row-counts/row-counter.js';
export {
  createRowCounts,
  dropRowCounts,
  introduceThinNodes,
  retypeTallied,
  rowCount,
  maintainRowCount,
  thinNodes,
  stopRowCount,
} from './row-counts/row-count.js';
export { createCompactRowChanges } from './row-counts/compact-row-changes.js';
export { inShards, Shards } from './sweeps/shards.js';
export { AccountPurge } from './sweeps/account-purge.js';
export { sweepAccounts } from './sweeps/account-sweep.js';
export { forEachPage, forEachSettled } from './sweeps/sweeps.js';
export { Transactions } from './transactions/transactions.js';
export { createStamps, dropStamps, stampRowsOf, unstampRowsOf } from './columns/stamps.js';
export { createTurkishFolding, foldedColumn } from './columns/turkish.js';
