import { readEnvironment, requireUrl, serviceConfig, ServiceEnvironment, type ServiceConfig } from '@refundry/service';
import { StringField } from '@refundry/resource';

class AccountsEnvironment extends ServiceEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
}

class MigrationEnvironment {
  @StringField({ label: 'PostgreSQL, as the owner of the database' }) DATABASE_OWNER_URL!: string;
}

class CommandEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
  @StringField({ label: 'NATS, as the operator', required: false }) NATS_URL?: string;
  @StringField({ label: 'What secrets are sealed with: 32 bytes in base64', required: false }) SECRET_KEY?: string;
}

export interface AccountsConfig extends ServiceConfig {
  readonly databaseUrl: string;
}

export function accountsConfig(environment: NodeJS.ProcessEnv): AccountsConfig {
  const variables = readEnvironment(AccountsEnvironment, environment);
  return { ...serviceConfig(variables), databaseUrl: requireUrl('DATABASE_URL', variables.DATABASE_URL, 'postgres:', 'postgresql:') };
}

export const migrationUrl = (environment: NodeJS.ProcessEnv): string => requireUrl('DATABASE_OWNER_URL', readEnvironment(MigrationEnvironment, environment).DATABASE_OWNER_URL, 'postgres:', 'postgresql:');

export interface CommandConfig {
  readonly databaseUrl: string;
  readonly natsUrl: string | undefined;
  readonly secretKey: string | undefined;
}

export function commandConfig(environment: NodeJS.ProcessEnv): CommandConfig {
  const { DATABASE_URL, NATS_URL, SECRET_KEY } = readEnvironment(CommandEnvironment, environment);
  return { databaseUrl: DATABASE_URL, natsUrl: NATS_URL, secretKey: SECRET_KEY };
}
