export { databaseApp } from './database-app.js';
export {
  databaseConfig,
  DatabaseEnvironment,
  databaseOwnerUrl,
  provisioningUrls,
  readDatabaseConfig,
} from './database-environment.js';
export type { DatabaseConfig } from './database-environment.js';
