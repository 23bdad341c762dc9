import { describe, expect, it } from '@jest/globals';
import { BooleanField, IntegerField, StringField } from '@refundry/resource';
import { ConfigurationError, readEnvironment, serviceConfig, ServiceEnvironment } from './index.js';

class Environment extends ServiceEnvironment {
  @StringField({ label: 'Secret key' }) SECRET_KEY!: string;
  @IntegerField({ label: 'Port', required: false, minValue: 1, maxValue: 65535 }) PORT?: number;
  @BooleanField({ label: 'Open', required: false }) OPEN?: boolean;
}

function complaint(environment: NodeJS.ProcessEnv): Error {
  try {
    readEnvironment(Environment, environment);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

describe('reading the environment', () => {
  it('keeps the declared variables, coerced', () => {
    const environment = { NATS_URL: 'nats://oms:x@127.0.0.1:4222', SECRET_KEY: ' key ', PORT: '8080', OPEN: 'yes', PATH: '/usr/bin' };
    expect(readEnvironment(Environment, environment)).toEqual({ NATS_URL: 'nats://oms:x@127.0.0.1:4222', SECRET_KEY: 'key', PORT: 8080, OPEN: true });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment(Environment, { NATS_URL: 'nats://x', SECRET_KEY: 'key', PORT: '', LOG_LEVEL: '' })).toEqual({ NATS_URL: 'nats://x', SECRET_KEY: 'key' });
  });

  it('names every wrong variable in one sentence, and no value', () => {
    const error = complaint({ NATS_URL: '', PORT: '99999', OPEN: 'hunter2', SECRET_KEY: 'hunter\0' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      'The environment is not complete. NATS_URL: This field is required. SECRET_KEY: Null characters are not allowed. PORT: Ensure this value is less than or equal to 65535. OPEN: Must be a valid boolean.',
    );
    expect(error.message).not.toMatch(/hunter|99999/);
  });

  it('keeps no value in the cause of the complaint either', () => {
    expect(JSON.stringify({ ...(complaint({ SECRET_KEY: 'hunter\0', OPEN: 'hunter2' }).cause as object) })).not.toContain('hunter');
  });
});

describe("a service's configuration", () => {
  it('has an operations port of its own choice on this machine unless told otherwise', () => {
    expect(serviceConfig(readEnvironment(ServiceEnvironment, { NATS_URL: 'nats://x' }))).toEqual({ natsUrl: 'nats://x', operationsHost: '127.0.0.1', operationsPort: 0, logLevel: 'info' });
  });

  it('takes what it is told', () => {
    const environment = readEnvironment(ServiceEnvironment, { NATS_URL: 'nats://x', OPERATIONS_HOST: '0.0.0.0', OPERATIONS_PORT: '9090', LOG_LEVEL: 'debug', METRICS: 'false', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' });
    expect(serviceConfig(environment)).toEqual({ natsUrl: 'nats://x', operationsHost: '0.0.0.0', operationsPort: 9090, logLevel: 'debug', hasMetrics: false, tracesUrl: 'http://collector:4318' });
  });
});
