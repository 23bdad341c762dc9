import { maxPullSeconds } from '@refundry/contracts';
import { databaseConfig, DatabaseEnvironment, type DatabaseConfig } from '@refundry/database-app';
import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import { readEnvironment, requireKey } from '@refundry/service';

class OmsEnvironment extends DatabaseEnvironment {
  @StringField({ label: 'What secrets are sealed with: 32 bytes in base64' }) SECRET_KEY!: string;
  @BooleanField({ label: 'Whether Omnitron may be at a private address', required: false })
  OMNITRON_PRIVATE_ADDRESSES?: boolean;
  @IntegerField({ label: 'What a pull may take, in seconds', required: false, minValue: 1, maxValue: maxPullSeconds })
  PULL_DEADLINE_SECONDS?: number;
  @IntegerField({
    label: 'How long a worker that falls silent keeps its job, in seconds',
    required: false,
    minValue: 1,
    maxValue: 600,
  })
  JOB_LEASE_SECONDS?: number;
  @IntegerField({
    label: 'How long after its end the state of a job is shown, in seconds',
    required: false,
    minValue: 0,
    maxValue: 86_400,
  })
  READY_AFTER_SECONDS?: number;
  @IntegerField({
    label: 'What one request to Omnitron may take, in milliseconds',
    required: false,
    minValue: 1,
    maxValue: 300_000,
  })
  UPSTREAM_TIMEOUT_MS?: number;
  @IntegerField({
    label: 'Hours from one full comparison of the customers with Omnitron to the next',
    required: false,
    minValue: 1,
    maxValue: 8760,
  })
  FULL_COMPARISON_HOURS?: number;
  @IntegerField({ label: 'How many lists one account may export at once', required: false, minValue: 1 })
  EXPORTS_PER_ACCOUNT?: number;
}

export interface OmsConfig extends DatabaseConfig {
  readonly secretKey: string;
  readonly allowsPrivateOmnitron: boolean;
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
    secretKey: requireKey('SECRET_KEY', variables.SECRET_KEY),
    allowsPrivateOmnitron: variables.OMNITRON_PRIVATE_ADDRESSES ?? false,
    pullDeadlineMs: (variables.PULL_DEADLINE_SECONDS ?? 60) * 1000,
    upstreamTimeoutMs: variables.UPSTREAM_TIMEOUT_MS ?? 10_000,
    jobLeaseMs: (variables.JOB_LEASE_SECONDS ?? 15) * 1000,
    readyAfterMs: (variables.READY_AFTER_SECONDS ?? 3600) * 1000,
    fullComparisonMs: (variables.FULL_COMPARISON_HOURS ?? 24) * 3_600_000,
    exportsOfAccount: variables.EXPORTS_PER_ACCOUNT ?? 3,
  };
}
