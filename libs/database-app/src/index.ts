export { databaseApp } from './database-app.js';
export {
  databaseConfig,
  DatabaseEnvironment,
  databaseOwnerUrl,
  IsDatabaseUrl,
  provisioningUrls,
  readDatabaseConfig,
} from './database-environment.js';
export type { DatabaseConfig } from './database-environment.js';
