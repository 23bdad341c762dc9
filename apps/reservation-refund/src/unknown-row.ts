import { Failure, type FailureCode } from '@refundry/errors';

/** To this family 404 is a wrong URL and nothing else: a row that isn't there is refused by a code of its own. */
export const orUnknown =
  (code: FailureCode) =>
  (error: unknown): never => {
    throw error instanceof Failure && error.code === 'not_found' ? new Failure(code) : error;
  };
