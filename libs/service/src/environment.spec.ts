import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { IsBoolean, IsInt, IsNumber, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import {
  ConfigurationError,
  IsEncryptionKey,
  IsUrlWith,
  readEnvironment,
  serviceConfig,
  ServiceEnvironment,
} from './index.js';

class Environment extends ServiceEnvironment {
  @IsString() SECRET_KEY!: string;
  @IsOptional() @IsInt() @Min(1) @Max(65535) PORT?: number;
  @IsOptional() @IsBoolean() OPEN?: boolean;
}

/** As `ServiceEnvironment` has them. */
const defaults = {
  OPERATIONS_HOST: '127.0.0.1',
  OPERATIONS_PORT: 0,
  LOG_LEVEL: 'info',
  SHUTDOWN_DELAY_SECONDS: 0,
  METRICS: true,
};

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
      ...defaults,
      NATS_URL: 'nats://oms:x@127.0.0.1:4222',
      SECRET_KEY: 'key',
      PORT: 8080,
      OPEN: true,
    });
  });

  it.each([
    ['8080', 8080],
    ['+8080.0', 8080],
    ['8e3', 8000],
  ])('reads %s as a whole number', (PORT, number) => {
    expect(readEnvironment(Environment, { NATS_URL: 'nats://x', SECRET_KEY: 'key', PORT }).PORT).toBe(number);
  });

  it.each(['80a', '0x50', '1_000', '80 80', 'NaN', 'Infinity', '8.5'])('takes %s for no whole number', (PORT) => {
    expect(complaint({ NATS_URL: 'nats://x', SECRET_KEY: 'key', PORT }).message).toBe(
      'PORT must be an integer number.',
    );
  });

  it.each([
    [['true', 'True', 't', 'yes', 'Y', 'on', '1'], true],
    [['false', 'FALSE', 'f', 'no', 'N', 'off', '0'], false],
  ])('reads %j as %j', (texts, truth) => {
    for (const OPEN of texts)
      expect(readEnvironment(Environment, { NATS_URL: 'nats://x', SECRET_KEY: 'key', OPEN }).OPEN).toBe(truth);
  });

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment(Environment, { NATS_URL: 'nats://x', SECRET_KEY: 'key', PORT: '', LOG_LEVEL: '' })).toEqual({
      ...defaults,
      NATS_URL: 'nats://x',
      SECRET_KEY: 'key',
    });
  });

  it('names every wrong variable at once, in a sentence each, and no value', () => {
    const error = complaint({ PORT: '99999', OPEN: 'hunter2', SECRET_KEY: 'hunter\0', LOG_LEVEL: 'hunter3' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message.split(/(?<=\.) /).toSorted()).toEqual([
      'LOG_LEVEL must be one of the following values: trace, debug, info, warn, error, fatal, silent.',
      'NATS_URL is required.',
      'OPEN must be a boolean value.',
      'PORT must not be greater than 65535.',
      'SECRET_KEY must not contain null characters.',
    ]);
    expect(error.message).not.toMatch(/hunter|99999/);
  });

  it('keeps no value anywhere in the complaint', () => {
    expect(inspect(complaint({ SECRET_KEY: 'hunter\0', OPEN: 'hunter2', NATS_URL: 'hunter3' }))).not.toContain(
      'hunter',
    );
  });

  it('takes a blank variable for a mistake', () => {
    expect(complaint({ NATS_URL: 'nats://x', SECRET_KEY: ' ' }).message).toBe('SECRET_KEY must not be blank.');
  });

  it('says of several broken rules of a variable the one that is written first', () => {
    class Code {
      @Matches(/^\d/, { message: '$property must begin with a digit' }) @IsUrlWith('http:') CODE!: string;
    }
    expect(() => readEnvironment(Code, { CODE: 'x' })).toThrow(/^CODE must begin with a digit\.$/);
    expect(() => readEnvironment(Code, { CODE: '1' })).toThrow(/^CODE must be a URL that begins with http:\/\/\.$/);
  });

  it('reads a fraction where any number will do', () => {
    class Share {
      @IsNumber() @Min(0) @Max(1) SHARE = 0.5;
    }
    expect([{}, { SHARE: '.25' }, { SHARE: '1e-3' }].map((given) => readEnvironment(Share, given).SHARE)).toEqual([
      0.5, 0.25, 0.001,
    ]);
  });
});

describe('a variable that holds a secret', () => {
  class Secrets {
    @IsUrlWith('postgres:', 'postgresql:') DATABASE_URL!: string;
    @IsEncryptionKey() SECRET_KEY!: string;
  }
  const key = Buffer.alloc(32).toString('base64');
  const url = 'postgres://oms:x@127.0.0.1/oms';

  it.each([
    { DATABASE_URL: url, SECRET_KEY: key },
    { DATABASE_URL: 'postgresql://127.0.0.1', SECRET_KEY: `${key},${key}` },
  ])('may be %j', (given) => {
    expect(readEnvironment(Secrets, given)).toEqual(given);
  });

  it.each([
    [
      { DATABASE_URL: 'hunter2', SECRET_KEY: key },
      /^DATABASE_URL must be a URL that begins with postgres:\/\/ or postgresql:\/\/\.$/,
    ],
    [
      { DATABASE_URL: 'http://oms:hunter2@x', SECRET_KEY: key },
      /^DATABASE_URL must be a URL that begins with postgres:\/\/ or postgresql:\/\/\.$/,
    ],
    [{ DATABASE_URL: url, SECRET_KEY: 'hunter2' }, /^SECRET_KEY must be 32 bytes in base64\.$/],
    [{ DATABASE_URL: url, SECRET_KEY: `${key},` }, /^SECRET_KEY must be 32 bytes in base64\.$/],
  ])('is refused as %j without a word of it', (given, sentence) => {
    expect(() => readEnvironment(Secrets, given)).toThrow(sentence);
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
      ...defaults,
      NATS_URL: 'nats://x',
      SECRET_KEY: 'from a file',
      PORT: 8080,
    });
  });

  it('is absent when the file is empty', () => {
    expect(complaint({ NATS_URL: 'nats://x', SECRET_KEY_FILE: fileWith('empty', '\n') }).message).toBe(
      'SECRET_KEY is required.',
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
    ).toEqual({ ...defaults, NATS_URL: 'nats://x', SECRET_KEY: 'key' });
  });

  it('is wrong as the variable is, and as silent about its value', () => {
    const error = complaint({ NATS_URL: 'nats://x', SECRET_KEY: 'key', OPEN_FILE: fileWith('open', 'hunter2') });
    expect(error.message).toBe('OPEN must be a boolean value.');
    expect(inspect(error)).not.toContain('hunter');
  });

  it('that can not be read is named beside what else is wrong', () => {
    const file = join(folder, 'nowhere');
    expect(complaint({ SECRET_KEY_FILE: file, PORT: '0' }).message).toBe(
      `SECRET_KEY_FILE names ${file}, which can't be read (ENOENT). PORT must not be less than 1. NATS_URL is ` +
        'required.',
    );
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
      hasMetrics: true,
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
