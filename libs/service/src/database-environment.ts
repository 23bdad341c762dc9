import { StringField } from '@refundry/resource';
import { readEnvironment } from './environment.js';
import { requireUrl } from './service-environment.js';

class OwnerEnvironment {
  @StringField({ label: 'PostgreSQL, as the owner of the database' }) DATABASE_OWNER_URL!: string;
}

class ProvisioningEnvironment extends OwnerEnvironment {
  @StringField({ label: 'PostgreSQL, as somebody who may create roles and databases' }) DATABASE_ADMIN_URL!: string;
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
}

/** Who makes a database, who will own it, and who will use it. */
export interface ProvisioningUrls {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly url: string;
}

const protocols = ['postgres:', 'postgresql:'];

/** Where an app's database is. @throws ConfigurationError that names the variable and not its value */
export const requireDatabaseUrl = (variable: string, text: string): string => requireUrl(variable, text, ...protocols);

/** What migrations are run with; the app itself is never the owner. @throws ConfigurationError */
export const databaseOwnerUrl = (environment: NodeJS.ProcessEnv): string =>
  requireDatabaseUrl('DATABASE_OWNER_URL', readEnvironment(OwnerEnvironment, environment).DATABASE_OWNER_URL);

/** What a service's database and roles are made with. @throws ConfigurationError */
export function provisioningUrls(environment: NodeJS.ProcessEnv): ProvisioningUrls {
  const { DATABASE_ADMIN_URL, DATABASE_OWNER_URL, DATABASE_URL } = readEnvironment(ProvisioningEnvironment, environment);
  return {
    adminUrl: requireDatabaseUrl('DATABASE_ADMIN_URL', DATABASE_ADMIN_URL),
    ownerUrl: requireDatabaseUrl('DATABASE_OWNER_URL', DATABASE_OWNER_URL),
    url: requireDatabaseUrl('DATABASE_URL', DATABASE_URL),
  };
}
