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

/** The roles that create, own and use a database. */
export interface ProvisioningUrls {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly url: string;
}

const protocols = ['postgres:', 'postgresql:'];

/** The address of an app's database. @throws ConfigurationError that names the variable and not its value */
export const requireDatabaseUrl = (variable: string, text: string): string => requireUrl(variable, text, ...protocols);

/** The environment of migrations; the app itself is never the owner. @throws ConfigurationError */
export const databaseOwnerUrl = (environment: NodeJS.ProcessEnv): string =>
  requireDatabaseUrl('DATABASE_OWNER_URL', readEnvironment(OwnerEnvironment, environment).DATABASE_OWNER_URL);

/** The environment of provisioning a service's database and roles. @throws ConfigurationError */
export function provisioningUrls(environment: NodeJS.ProcessEnv): ProvisioningUrls {
  const { DATABASE_ADMIN_URL, DATABASE_OWNER_URL, DATABASE_URL } = readEnvironment(
    ProvisioningEnvironment,
    environment,
  );
  return {
    adminUrl: requireDatabaseUrl('DATABASE_ADMIN_URL', DATABASE_ADMIN_URL),
    ownerUrl: requireDatabaseUrl('DATABASE_OWNER_URL', DATABASE_OWNER_URL),
    url: requireDatabaseUrl('DATABASE_URL', DATABASE_URL),
  };
}
