import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { maxPullSeconds } from '@refundry/contracts';
import { databaseConfig, DatabaseEnvironment, type DatabaseConfig } from '@refundry/database-app';
import { IsEncryptionKey, readEnvironment } from '@refundry/service';

class OmsEnvironment extends DatabaseEnvironment {
  /** Encrypts secrets in the database. */
  @IsEncryptionKey() SECRET_KEY!: string;
  /** Encrypts credentials on their way to the gateway. */
  @IsEncryptionKey() WIRE_KEY!: string;
  /** Allows Omnitron to be at a private address. */
  @IsBoolean() OMNITRON_PRIVATE_ADDRESSES = false;
  /** Allows webhooks without TLS, and at private addresses. */
  @IsBoolean() ALLOW_PLAIN_WEBHOOKS = false;
  /** Deadline of a pull. */
  @IsInt() @Min(1) @Max(maxPullSeconds) PULL_DEADLINE_SECONDS = 60;
  /** Time that a worker keeps its job without a heartbeat. */
  @IsInt() @Min(1) @Max(600) JOB_LEASE_SECONDS = 15;
  /** Time that the state of a job is shown after its end. */
  @IsInt() @Min(0) @Max(86_400) READY_AFTER_SECONDS = 3600;
  /** Deadline of one request to Omnitron. */
  @IsInt() @Min(1) @Max(300_000) UPSTREAM_TIMEOUT_MS = 10_000;
  /** Interval of full comparisons of the customers with Omnitron. */
  @IsInt() @Min(1) @Max(8760) FULL_COMPARISON_HOURS = 24;
  /** Lists that one account may export at once. */
  @IsInt() @Min(1) EXPORTS_PER_ACCOUNT = 3;
}

export interface OmsConfig extends DatabaseConfig {
  readonly secretKey: string;
  readonly allowsPrivateOmnitron: boolean;
  readonly allowsPlainWebhooks: boolean;
  readonly pullDeadlineMs: number;
  readonly upstreamTimeoutMs: number;
  readonly jobLeaseMs: number;
  readonly readyAfterMs: number;
  readonly fullComparisonMs: number;
  readonly exportsOfAccount: number;
}

/** Nest's token for the configuration. */
export const omsConfigToken = Symbol('OmsConfig');

export function omsConfig(environment: NodeJS.ProcessEnv): OmsConfig {
  const variables = readEnvironment(OmsEnvironment, environment);
  return {
    ...databaseConfig(variables),
    rpcEncryptionKey: variables.WIRE_KEY,
    secretKey: variables.SECRET_KEY,
    allowsPrivateOmnitron: variables.OMNITRON_PRIVATE_ADDRESSES,
    allowsPlainWebhooks: variables.ALLOW_PLAIN_WEBHOOKS,
    pullDeadlineMs: variables.PULL_DEADLINE_SECONDS * 1000,
    upstreamTimeoutMs: variables.UPSTREAM_TIMEOUT_MS,
    jobLeaseMs: variables.JOB_LEASE_SECONDS * 1000,
    readyAfterMs: variables.READY_AFTER_SECONDS * 1000,
    fullComparisonMs: variables.FULL_COMPARISON_HOURS * 3_600_000,
    exportsOfAccount: variables.EXPORTS_PER_ACCOUNT,
  };
}
