export { advisoryLocks, hashedLock } from './advisory-locks.js';
export {
  isCancelled,
  isSerializationConflict,
  isLockConflict,
  isStalePreparation,
  postgresFailure,
} from './postgres-failure.js';
export { provisionDatabase } from './provisioning.js';
export type { DatabaseUrls } from './provisioning.js';
export { rolesOf } from './service-roles.js';
export type { ServiceRoles } from './service-roles.js';
export { databaseReady, migrationsOf, waitForPostgres } from './waiting.js';
