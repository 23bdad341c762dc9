import { Failure } from '@refundry/errors';

const away = new RegExp(
  '^(?:08|53|57P|25P0[34])|^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|' +
    'ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$',
);
const brokenConnection = new RegExp(
  'Connection terminated|timeout exceeded when trying to connect|not queryable|Client was closed|' +
    'already released|Query read timeout|timeout expired',
  'i',
);
const cancelled = '57014';

/** A deadlock, a serialization failure, a unique key that is taken (PostgreSQL's manual, appendix A). */
const serializationConflicts = new Set(['40P01', '40001', '23505']);

interface DriverError {
  code?: string;
  message?: string;
}

interface QueryError {
  driverError?: DriverError;
}

const driverErrorOf = (error: unknown): DriverError =>
  (error as QueryError | undefined)?.driverError ?? (error as DriverError | undefined) ?? {};

/** Whether a transaction failed because another one was in its way, so that it may succeed when it is done again. */
export const isSerializationConflict = (error: unknown): boolean =>
  serializationConflicts.has(driverErrorOf(error).code ?? '');

/** Whether a statement ran out of its time, or somebody cancelled it. */
export const isCancelled = (error: unknown): boolean => driverErrorOf(error).code === cancelled;

/** `lock_not_available`: `lock_timeout` has passed; and the deadlock, which ends one of its transactions. */
const lockConflicts = new Set(['55P03', '40P01']);

/** Whether a statement failed because a lock could not be had for now. */
export const isLockConflict = (error: unknown): boolean => lockConflicts.has(driverErrorOf(error).code ?? '');

/**
 * `feature_not_supported`: "cached plan must not change result type", after the type of a column has changed;
 * `invalid_sql_statement_name`: the statement was cancelled while it was first parsed; `duplicate_prepared_statement`:
 * another client of a pooler has left one.
 */
const stalePreparations = new Set(['0A000', '26000', '42P05']);

/** Whether a prepared statement failed for its preparation alone, before it read anything. */
export const isStalePreparation = (error: unknown): boolean => stalePreparations.has(driverErrorOf(error).code ?? '');

/**
 * Maps a database error to a failure: `unavailable` when PostgreSQL is away or full, `deadline_exceeded` when the
 * statement ran out of time, and the error itself when the fault is ours.
 */
export function postgresFailure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (isCancelled(error)) return new Failure('deadline_exceeded', { cause: error });
  const { code = '', message = '' } = driverErrorOf(error);
  return away.test(code) || brokenConnection.test(message)
    ? new Failure('unavailable', { detail: 'PostgreSQL is away', cause: error })
    : error;
}
