export { databaseReady, postgresFailure, provisionDatabase, rolesOf } from '@refundry/provisioning';
export type { DatabaseUrls, ServiceRoles } from '@refundry/provisioning';
export { alterReadPolicies, scopeToAccount } from './account-scope.js';
export { arrayLiteral } from './array-literal.js';
export { DatabaseMeasures } from './database-measures.js';
export { DatabaseModule, dataSourceOf } from './database.module.js';
export { Exports } from './exports/exports.js';
export { ResourceExporter } from './exports/resource-exporter.js';
export type { ExportSource } from './exports/resource-exporter.js';
export { createIdempotentRequests, dropIdempotentRequests, IdempotentRequests } from './idempotent-requests.js';
export { ReadPool } from './read-pool.js';
export { MicrosecondsColumn } from './microseconds-column.js';
export type { DeferredMigration } from './deferred-migrations.js';
export { createIndexConcurrently, migrate } from './migrate.js';
export type { Migration } from './migrate.js';
export { ResourceReader } from './resource-reader.js';
export { largeJson, resourceTable } from './resource-table.js';
export { isWholeNumber, RowByKey } from './row-by-key.js';
export type { TextRow } from './row-reader.js';
export { RowCounter } from './row-counter.js';
export {
  createRowCounts,
  dropRowCounts,
  introduceThinNodes,
  retypeTallied,
  rowCount,
  maintainRowCount,
  thinNodes,
  stopRowCount,
} from './row-count.js';
export { createCompactRowChanges } from './compact-row-changes.js';
export { inShards, Shards } from './shards.js';
export { forEachPage, forEachSettled } from './sweeps.js';
export { Transactions } from './transactions.js';
export { createStamps, dropStamps, stampRowsOf, unstampRowsOf } from './stamps.js';
export { createTurkishFolding, foldedColumn } from './turkish.js';
