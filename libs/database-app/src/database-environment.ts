import { IsUrlWith, readEnvironment, ServiceEnvironment, serviceConfig, type ServiceConfig } from '@refundry/service';

/** The address of a PostgreSQL database. */
export const IsDatabaseUrl = (): PropertyDecorator => IsUrlWith('postgres:', 'postgresql:');

/** The environment of an app that has a database. */
export class DatabaseEnvironment extends ServiceEnvironment {
  /** PostgreSQL, as the application. */
  @IsDatabaseUrl() DATABASE_URL!: string;
}

export interface DatabaseConfig extends ServiceConfig {
  readonly databaseUrl: string;
}

export const databaseConfig = (environment: DatabaseEnvironment): DatabaseConfig => ({
  ...serviceConfig(environment),
  databaseUrl: environment.DATABASE_URL,
});

/** The configuration of an app that needs no more than its database and NATS. @throws ConfigurationError */
export const readDatabaseConfig = (environment: NodeJS.ProcessEnv): DatabaseConfig =>
  databaseConfig(readEnvironment(DatabaseEnvironment, environment));

class OwnerEnvironment {
  /** PostgreSQL, as the owner of the database. */
  @IsDatabaseUrl() DATABASE_OWNER_URL!: string;
}

class ProvisioningEnvironment extends OwnerEnvironment {
  /** PostgreSQL, as somebody who may create roles and databases. */
  @IsDatabaseUrl() DATABASE_ADMIN_URL!: string;
  /** PostgreSQL, as the application. */
  @IsDatabaseUrl() DATABASE_URL!: string;
}

/** The roles that create, own and use a database. */
interface ProvisioningUrls {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly url: string;
}

/** The environment of migrations; the app itself is never the owner. @throws ConfigurationError */
export const databaseOwnerUrl = (environment: NodeJS.ProcessEnv): string =>
  readEnvironment(OwnerEnvironment, environment).DATABASE_OWNER_URL;

/** The environment of provisioning a service's database and roles. @throws ConfigurationError */
export function provisioningUrls(environment: NodeJS.ProcessEnv): ProvisioningUrls {
  const variables = readEnvironment(ProvisioningEnvironment, environment);
  return {
    adminUrl: variables.DATABASE_ADMIN_URL,
    ownerUrl: variables.DATABASE_OWNER_URL,
    url: variables.DATABASE_URL,
  };
}
