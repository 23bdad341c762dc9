import { describe, expect, it } from '@jest/globals';
import { Failure } from '@refundry/errors';
import { QueryFailedError } from 'typeorm';
import { postgresFailure } from '@refundry/provisioning';

const withCode = (code: string): Error => Object.assign(new Error('PostgreSQL says no'), { code });
const byTypeOrm = (error: Error): Error => new QueryFailedError('select 1', [], error);

describe('the failure for an error of PostgreSQL', () => {
  it.each([
    '08006',
    '08P01',
    '53300',
    '57P01',
    '57P02',
    '57P03',
    '25P03',
    '25P04',
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
  ])('%s: it is away', (code) => {
    for (const error of [withCode(code), byTypeOrm(withCode(code))])
      expect(postgresFailure(error)).toMatchObject({ code: 'unavailable', status: 503, cause: error });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('“%s”: it is away', (message) => {
    expect(postgresFailure(new Error(message))).toMatchObject({ code: 'unavailable' });
  });

  it('a cancelled statement: its time was up', () => {
    for (const error of [withCode('57014'), byTypeOrm(withCode('57014'))])
      expect(postgresFailure(error)).toMatchObject({ code: 'deadline_exceeded', cause: error });
  });

  it.each(['23505', '42601', '22P02', '40P01', '40001', '25006', '42501'])(
    '%s: the fault is ours, the error stays what it is',
    (code) => {
      for (const error of [withCode(code), byTypeOrm(withCode(code))]) expect(postgresFailure(error)).toBe(error);
    },
  );

  it('leaves failures and what is no error of PostgreSQL alone', () => {
    for (const error of [new Failure('not_found'), new TypeError('x is undefined'), 'text', undefined, null])
      expect(postgresFailure(error)).toBe(error);
  });
});
