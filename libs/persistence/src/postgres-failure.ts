import { Failure } from '@refundry/resource';

const away = /^(?:08|53|57P|25P0[34])|^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
const brokenConnection = /Connection terminated|timeout exceeded when trying to connect|not queryable|Client was closed/i;
const cancelled = '57014';

/**
 * What a database error means to a caller: `unavailable` when PostgreSQL is away or full, `deadline_exceeded` when the
 * statement ran out of time, and the error itself when the fault is ours.
 */
export function postgresFailure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const { code = '', message = '' } = (error as { driverError?: { code?: string; message?: string } }).driverError ?? (error as { code?: string; message?: string });
  if (code === cancelled) return new Failure('deadline_exceeded', '', undefined, { cause: error });
  return away.test(code) || brokenConnection.test(message) ? new Failure('unavailable', 'PostgreSQL is away', undefined, { cause: error }) : error;
}
