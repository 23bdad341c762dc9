/**
 * Register of the advisory locks that are taken by a number, unique in the databases of all services. The number is the
 * whole key, or the first half of one whose second half is what is locked: an account, a table's hash, a shard. It
 * never changes: replicas of two versions run side by side.
 */
export const advisoryLocks = {
  /** Making databases and roles, in the administrator's database. */
  provisioning: 7_238_401,
  migrations: 7_436_001,
  /** The row counts of a table, by its name: compactions share it, and `truncate` takes it. */
  rowCountTables: 7_436_002,
  /** Shards: number 0 is shared by all replicas, 1 and up are the shards. */
  shards: 7_436_005,
  /** The row counts of an account in a table, by both. */
  rowCountAccounts: 7_436_006,
  /** Pulls of cancellation reasons, by account. */
  pulls: 3_100_001,
} as const;

/**
 * SQL of the key of an advisory lock that is taken by values, in one space for all purposes.
 *
 * @param values SQL of what tells the lock from all others
 */
export const hashedLock = (...values: string[]): string => `hashtextextended(concat_ws(' ', ${values.join(', ')}), 0)`;
