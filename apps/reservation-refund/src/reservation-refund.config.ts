import { IsBoolean } from 'class-validator';
import { databaseConfig, DatabaseEnvironment, type DatabaseConfig } from '@refundry/database-app';
import { IsEncryptionKey, readEnvironment } from '@refundry/service';

class ReservationRefundEnvironment extends DatabaseEnvironment {
  /** Encrypts secrets in the database. */
  @IsEncryptionKey() SECRET_KEY!: string;
  /** Encrypts credentials on their way to the gateway. */
  @IsEncryptionKey() WIRE_KEY!: string;
  /** Allows webhooks without TLS, and at private addresses. */
  @IsBoolean() ALLOW_PLAIN_WEBHOOKS = false;
}

export interface ReservationRefundConfig extends DatabaseConfig {
  readonly secretKey: string;
  readonly allowsPlainWebhooks: boolean;
}

export function reservationRefundConfig(environment: NodeJS.ProcessEnv): ReservationRefundConfig {
  const variables = readEnvironment(ReservationRefundEnvironment, environment);
  return {
    ...databaseConfig(variables),
    rpcEncryptionKey: variables.WIRE_KEY,
    secretKey: variables.SECRET_KEY,
    allowsPlainWebhooks: variables.ALLOW_PLAIN_WEBHOOKS,
  };
}
