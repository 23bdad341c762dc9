import { databaseConfig, DatabaseEnvironment, type DatabaseConfig } from '@refundry/database-app';
import { IntegerField, StringField } from '@refundry/resource';
import { readEnvironment, requireKey } from '@refundry/service';

class AccountsEnvironment extends DatabaseEnvironment {
  @StringField({ label: 'What secrets are sealed with: 32 bytes in base64' }) SECRET_KEY!: string;
  @IntegerField({
    label: 'How long credentials are listed after their end, in days',
    required: false,
    minValue: 0,
    maxValue: 3650,
  })
  KEEP_ENDED_CREDENTIALS_DAYS?: number;
}

class CommandEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
  @StringField({ label: 'NATS, as the operator', required: false }) NATS_URL?: string;
  @StringField({ label: 'What secrets are sealed with: 32 bytes in base64', required: false }) SECRET_KEY?: string;
}

export interface AccountsConfig extends DatabaseConfig {
  readonly secretKey: string;
  readonly keepEndedCredentialsDays: number;
}

export function accountsConfig(environment: NodeJS.ProcessEnv): AccountsConfig {
  const variables = readEnvironment(AccountsEnvironment, environment);
  return {
    ...databaseConfig(variables),
    rpcEncryptionKey: requireKey('WIRE_KEY', variables.WIRE_KEY),
    secretKey: requireKey('SECRET_KEY', variables.SECRET_KEY),
    keepEndedCredentialsDays: variables.KEEP_ENDED_CREDENTIALS_DAYS ?? 30,
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
