import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createLog, type Log } from '../index.js';
import { flushLog, NestLog } from './log.js';

const folder = mkdtempSync(join(tmpdir(), 'refundry-log-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Everything that is written while `write` logs. */
async function written(write: (log: Log) => void): Promise<string> {
  const file = join(folder, crypto.randomUUID());
  const log = createLog('oms', 'info', file);
  // The file is opened in its own time.
  await flushLog(log);
  write(log);
  await flushLog(log);
  return readFileSync(file, 'utf8');
}

const nested = (fields: object, depth: number): object => (depth === 0 ? fields : { inner: nested(fields, depth - 1) });

describe('the log', () => {
  it.each([
    'authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'password',
    'sealed_password',
    'client_secret',
    'key',
    'token',
    'access_token',
    'refresh_token',
    'organisation_token',
  ])('holds back %s, however deep it stands', async (name) => {
    const text = await written((log) => {
      for (const depth of [0, 1, 2, 3, 4])
        log.info({ told: 'this', ...nested({ [name]: 'hunter2' }, depth) }, 'a line');
    });
    expect(text.match(/"\[Redacted\]"/g)).toHaveLength(5);
    expect(text).not.toContain('hunter2');
    expect(text.match(/"told":"this"/g)).toHaveLength(5);
  });

  it('holds back what an error carries beside its message', async () => {
    const error = Object.assign(new Error('refused'), { config: { headers: { authorization: 'hunter2' } } });
    const text = await written((log) => {
      new NestLog(log).error({ err: error, requestId: 'r1' }, 'Failure');
    });
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({ requestId: 'r1', err: { message: 'refused' } });
  });

  it('cuts what an error repeats of what somebody sent, and holds back the credentials in it', async () => {
    const sent = `/${'a1'.repeat(20)}/${'x'.repeat(30_000)}`;
    const text = await written((log) => {
      new NestLog(log).error({ err: new Error(sent, { cause: new Error(sent) }) }, 'Failure');
      for (const said of [sent, new Error(sent)]) new NestLog(log).warn(said, 'Lane');
    });
    expect(text.length).toBeLessThan(100_000);
    expect(
      text.split('\n').filter((line) => line.includes('/[Redacted]/xxx') && line.includes(' characters)')),
    ).toHaveLength(3);
    expect(text).not.toContain('a1a1a1');
  });

  it.each([
    [
      'connect ECONNREFUSED postgres://oms:hunter2@db:5432/oms',
      'connect ECONNREFUSED postgres://oms:[Redacted]@db:5432/oms',
    ],
    [
      'nats://oms:hunter2@a:4222,nats://oms:hunter2@b:4222',
      'nats://oms:[Redacted]@a:4222,nats://oms:[Redacted]@b:4222',
    ],
    ['postgres://oms:hunter@2@db/oms', 'postgres://oms:[Redacted]@db/oms'],
    ['postgres://:hunter2@db/oms', 'postgres://:[Redacted]@db/oms'],
    ['http://api:8080/path?mail=a@example.com', 'http://api:8080/path?mail=a@example.com'],
    ['somebody@example.com asked https://api.example/', 'somebody@example.com asked https://api.example/'],
  ])('takes the password out of URLs: %s', async (said, expected) => {
    const text = await written((log) => {
      log.warn(said);
      log.error({ err: new Error('away', { cause: new Error(said) }) });
      log.child({}, { redact: [] }).info({ path: said }, 'request');
    });
    if (said !== expected) expect(text).not.toContain('hunter');
    expect((JSON.parse(text.split('\n')[0] ?? '') as { msg: string }).msg).toBe(expected);
  });

  it('has a stack of every cause, without passwords', async () => {
    const text = await written((log) => {
      log.error({ err: new Error('away', { cause: new Error('postgres://oms:hunter2@db/oms') }) });
    });
    expect((JSON.parse(text) as { err: { cause: { stack: string } } }).err.cause.stack).toContain(
      'postgres://oms:[Redacted]@db/oms',
    );
  });

  it('says what a database error is about, and nothing of its statement and its rows, of whatever cause', async () => {
    const told = {
      message: 'null value violates not-null constraint',
      code: '23502',
      constraint: 'customer_name',
      table: 'customer',
    };
    const driverError = { ...told, detail: 'Failing row contains (1, hunter2).', where: 'hunter2' };
    // As TypeORM throws it: all that the driver said, beside the statement.
    const error = Object.assign(new Error(told.message), {
      ...driverError,
      query: 'insert into customer values (1, $1)',
      parameters: ['hunter2'],
      driverError,
    });
    const text = await written((log) => {
      log.info({ err: error });
      new NestLog(log).log(error);
      log.child({}).info({ err: new Error('no', { cause: error }) });
    });
    expect(text).not.toMatch(/hunter2|insert into/);
    const about = { ...told, type: 'Error', stack: expect.stringContaining('log.spec') };
    const errors = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { err: unknown }).err);
    expect(errors).toEqual([
      about,
      about,
      { type: 'Error', message: 'no', stack: expect.stringContaining('log.spec'), cause: about },
    ]);
  });

  it('says what was thrown that is no error', async () => {
    expect(
      JSON.parse(
        await written((log) => {
          log.error({ err: 'text' });
        }),
      ),
    ).toMatchObject({ err: { message: 'text' } });
  });
});
