import { readEnvironment, requireDatabaseUrl, requireKey, serviceConfig, ServiceEnvironment, type ServiceConfig } from '@refundry/service';
import { StringField } from '@refundry/resource';

class AccountsEnvironment extends ServiceEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
  @StringField({ label: 'What secrets are sealed with: 32 bytes in base64' }) SECRET_KEY!: string;
}

class CommandEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
  @StringField({ label: 'NATS, as the operator', required: false }) NATS_URL?: string;
  @StringField({ label: 'What secrets are sealed with: 32 bytes in base64', required: false }) SECRET_KEY?: string;
}

export interface AccountsConfig extends ServiceConfig {
  readonly databaseUrl: string;
  readonly secretKey: string;
}

export function accountsConfig(environment: NodeJS.ProcessEnv): AccountsConfig {
  const variables = readEnvironment(AccountsEnvironment, environment);
  return {
    ...serviceConfig(variables),
    wireKey: requireKey('WIRE_KEY', variables.WIRE_KEY),
    databaseUrl: requireDatabaseUrl('DATABASE_URL', variables.DATABASE_URL),
    secretKey: requireKey('SECRET_KEY', variables.SECRET_KEY),
  };
}

export interface CommandConfig {
  readonly databaseUrl: string;
  readonly natsUrl: string | undefined;
  readonly secretKey: string | undefined;
}

export function commandConfig(environment: NodeJS.ProcessEnv): CommandConfig {
  const { DATABASE_URL, NATS_URL, SECRET_KEY } = readEnvironment(CommandEnvironment, environment);
  return { databaseUrl: DATABASE_URL, natsUrl: NATS_URL, secretKey: SECRET_KEY };
}
