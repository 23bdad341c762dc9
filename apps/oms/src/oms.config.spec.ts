import { describe, expect, it } from '@jest/globals';
import { omsConfig } from './oms.config.js';

const needed = {
  NATS_URL: 'nats://127.0.0.1',
  DATABASE_URL: 'postgres://127.0.0.1',
  SECRET_KEY: Buffer.alloc(32).toString('base64'),
  WIRE_KEY: Buffer.alloc(32).toString('base64'),
};

describe('the configuration of oms', () => {
  it('has a default for whatever has a good one', () => {
    expect(omsConfig(needed)).toMatchObject({
      allowsPrivateOmnitron: false,
      allowsPlainWebhooks: false,
      pullDeadlineMs: 60_000,
      upstreamTimeoutMs: 10_000,
      jobLeaseMs: 15_000,
      readyAfterMs: 3_600_000,
      fullComparisonMs: 86_400_000,
      exportsOfAccount: 3,
    });
  });

  it('refuses everything that is wrong with it at once', () => {
    expect(() =>
      omsConfig({ ...needed, JOB_LEASE_SECONDS: '0', PULL_DEADLINE_SECONDS: '1 h', OMNITRON_PRIVATE_ADDRESSES: 'all' }),
    ).toThrow(
      new Error(
        'OMNITRON_PRIVATE_ADDRESSES must be a boolean value. ' +
          'PULL_DEADLINE_SECONDS must be an integer number. JOB_LEASE_SECONDS must not be less than 1.',
      ),
    );
  });
});
