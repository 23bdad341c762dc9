import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
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
    const environment = {
      NATS_URL: 'nats://oms:x@127.0.0.1:4222',
      SECRET_KEY: ' key ',
      PORT: '8080',
      OPEN: 'yes',
      PATH: '/usr/bin',
    };
    expect(readEnvironment(Environment, environment)).toEqual({
      NATS_URL: 'nats://oms:x@127.0.0.1:4222',
      SECRET_KEY: 'key',
      PORT: 8080,
      OPEN: true,
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment(Environment, { NATS_URL: 'nats://x', SECRET_KEY: 'key', PORT: '', LOG_LEVEL: '' })).toEqual({
      NATS_URL: 'nats://x',
      SECRET_KEY: 'key',
    });
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
    expect(
      JSON.stringify({ ...(complaint({ SECRET_KEY: 'hunter\0', OPEN: 'hunter2' }).cause as object) }),
    ).not.toContain('hunter');
  });
});

describe('a variable in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  const fileWith = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('counts as the variable, of any kind, without the line end of the file', () => {
    const environment = {
      NATS_URL: 'nats://x',
      SECRET_KEY_FILE: fileWith('key', 'from a file\n'),
      PORT_FILE: fileWith('port', '8080\r\n'),
      OPEN_FILE: '',
    };
    expect(readEnvironment(Environment, environment)).toEqual({
      NATS_URL: 'nats://x',
      SECRET_KEY: 'from a file',
      PORT: 8080,
    });
  });

  it('is absent when the file is empty', () => {
    expect(complaint({ NATS_URL: 'nats://x', SECRET_KEY_FILE: fileWith('empty', '\n') }).message).toBe(
      'The environment is not complete. SECRET_KEY: This field is required.',
    );
  });

  it('has to be the only one of its name', () => {
    const error = complaint({
      NATS_URL: 'nats://x',
      SECRET_KEY: 'hunter1',
      SECRET_KEY_FILE: fileWith('second', 'hunter2'),
    });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe('SECRET_KEY and SECRET_KEY_FILE are both given; one of them has to go.');
  });

  it.each([
    ['no file', join(folder, 'nowhere'), 'ENOENT'],
    ['a folder', folder, 'EISDIR'],
  ])('names the variable and the path of what is %s', (_what, file, code) => {
    const error = complaint({ NATS_URL: 'nats://x', SECRET_KEY_FILE: file });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(`SECRET_KEY_FILE names ${file}, which can't be read (${code}).`);
  });

  it('is read for what the app declares only', () => {
    expect(
      readEnvironment(Environment, { NATS_URL: 'nats://x', SECRET_KEY: 'key', SSL_CERT_FILE: join(folder, 'nowhere') }),
    ).toEqual({ NATS_URL: 'nats://x', SECRET_KEY: 'key' });
  });

  it('is wrong as the variable is, and as silent about its value', () => {
    const error = complaint({ NATS_URL: 'nats://x', SECRET_KEY: 'key', OPEN_FILE: fileWith('open', 'hunter2') });
    expect(error.message).toBe('The environment is not complete. OPEN: Must be a valid boolean.');
    expect(JSON.stringify({ ...(error.cause as object) })).not.toContain('hunter');
  });
});

describe("a service's configuration", () => {
  it('has an operations port of its own choice on this machine unless told otherwise', () => {
    expect(serviceConfig(readEnvironment(ServiceEnvironment, { NATS_URL: 'nats://x' }))).toEqual({
      natsUrl: 'nats://x',
      operationsHost: '127.0.0.1',
      operationsPort: 0,
      logLevel: 'info',
      shutdownDelayMs: 0,
    });
  });

  it('takes what it is told', () => {
    const environment = readEnvironment(ServiceEnvironment, {
      NATS_URL: 'nats://x',
      OPERATIONS_HOST: '0.0.0.0',
      OPERATIONS_PORT: '9090',
      LOG_LEVEL: 'debug',
      SHUTDOWN_DELAY_SECONDS: '5',
      METRICS: 'false',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    });
    expect(serviceConfig(environment)).toEqual({
      natsUrl: 'nats://x',
      operationsHost: '0.0.0.0',
      operationsPort: 9090,
      logLevel: 'debug',
      shutdownDelayMs: 5000,
      hasMetrics: false,
      tracesUrl: 'http://collector:4318',
    });
  });
});
