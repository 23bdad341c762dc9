import { userInfo } from 'node:os';
import { IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { databaseConfig, DatabaseEnvironment, IsDatabaseUrl, type DatabaseConfig } from '@refundry/database-app';
import { IsEncryptionKey, IsNatsUrl, readEnvironment } from '@refundry/service';

class AccountsEnvironment extends DatabaseEnvironment {
  /** Encrypts credentials on their way between the gateway and accounts. */
  @IsEncryptionKey() WIRE_KEY!: string;
  /** Encrypts secrets in the database. */
  @IsEncryptionKey() SECRET_KEY!: string;
  /** Time that credentials are listed after their end. */
  @IsInt() @Min(0) @Max(3650) KEEP_ENDED_CREDENTIALS_DAYS = 30;
}

class CommandEnvironment {
  /** PostgreSQL, as the application. */
  @IsDatabaseUrl() DATABASE_URL!: string;
  /** NATS, as the operator. */
  @IsOptional() @IsNatsUrl() NATS_URL?: string;
  /** Encrypts secrets in the database. */
  @IsOptional() @IsEncryptionKey() SECRET_KEY?: string;
  /** Name of the operator, in the record of decisions; the user of the machine, unless it is said. */
  @IsOptional() @IsString() @IsNotEmpty() @MaxLength(100) OPERATOR?: string;
}

export interface AccountsConfig extends DatabaseConfig {
  readonly secretKey: string;
  readonly keepEndedCredentialsDays: number;
}

export function accountsConfig(environment: NodeJS.ProcessEnv): AccountsConfig {
  const variables = readEnvironment(AccountsEnvironment, environment);
  return {
    ...databaseConfig(variables),
    rpcEncryptionKey: variables.WIRE_KEY,
    secretKey: variables.SECRET_KEY,
    keepEndedCredentialsDays: variables.KEEP_ENDED_CREDENTIALS_DAYS,
  };
}

export interface CommandConfig {
  readonly databaseUrl: string;
  readonly natsUrl: string | undefined;
  readonly secretKey: string | undefined;
  /** The name by which decisions are recorded. */
  readonly operator: string;
}

export function commandConfig(environment: NodeJS.ProcessEnv): CommandConfig {
  const { DATABASE_URL, NATS_URL, SECRET_KEY, OPERATOR } = readEnvironment(CommandEnvironment, environment);
  return { databaseUrl: DATABASE_URL, natsUrl: NATS_URL, secretKey: SECRET_KEY, operator: OPERATOR ?? machineUser() };
}

/** A container may run under a number that no user has. */
function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
