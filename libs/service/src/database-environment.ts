import { StringField } from '@refundry/resource';
import { readEnvironment } from './environment.js';
import { requireUrl } from './service-environment.js';

class OwnerEnvironment {
  @StringField({ label: 'PostgreSQL, as the owner of the database' }) DATABASE_OWNER_URL!: string;
}

const protocols = ['postgres:', 'postgresql:'];

/** Where an app's database is. @throws ConfigurationError that names the variable and not its value */
export const requireDatabaseUrl = (variable: string, text: string): string => requireUrl(variable, text, ...protocols);

/** What migrations are run with; the app itself is never the owner. @throws ConfigurationError */
export const databaseOwnerUrl = (environment: NodeJS.ProcessEnv): string =>
  requireDatabaseUrl('DATABASE_OWNER_URL', readEnvironment(OwnerEnvironment, environment).DATABASE_OWNER_URL);
