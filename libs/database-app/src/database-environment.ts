import { StringField } from '@refundry/resource';
import { readEnvironment, requireUrl, ServiceEnvironment, serviceConfig, type ServiceConfig } from '@refundry/service';

/** The environment of an app that has a database. */
export class DatabaseEnvironment extends ServiceEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
}

export interface DatabaseConfig extends ServiceConfig {
  readonly databaseUrl: string;
}

/** @throws ConfigurationError for an address that can't be one */
export const databaseConfig = (environment: DatabaseEnvironment): DatabaseConfig => ({
  ...serviceConfig(environment),
  databaseUrl: requireDatabaseUrl('DATABASE_URL', environment.DATABASE_URL),
});

/** The configuration of an app that needs no more than its database and NATS. @throws ConfigurationError */
export const readDatabaseConfig = (environment: NodeJS.ProcessEnv): DatabaseConfig =>
  databaseConfig(readEnvironment(DatabaseEnvironment, environment));

class OwnerEnvironment {
  @StringField({ label: 'PostgreSQL, as the owner of the database' }) DATABASE_OWNER_URL!: string;
}

class ProvisioningEnvironment extends OwnerEnvironment {
  @StringField({ label: 'PostgreSQL, as somebody who may create roles and databases' }) DATABASE_ADMIN_URL!: string;
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
}

/** The roles that create, own and use a database. */
interface ProvisioningUrls {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly url: string;
}

const protocols = ['postgres:', 'postgresql:'];

/** @throws ConfigurationError that names the variable and not its value */
const requireDatabaseUrl = (variable: string, text: string): string => requireUrl(variable, text, ...protocols);

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
