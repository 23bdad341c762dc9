import type { Failure } from '@refundry/errors';
import type { Dialect } from './dialect.js';

/** In seconds: what is not there now may soon be. */
const retryAfterSeconds = '1';

/** A refusal in a family's words. */
interface Rejection {
  readonly status: number;
  /** The headers that belong to the status. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export function renderRejection(failure: Failure, dialect: Dialect): Rejection {
  const { status } = failure;
  return {
    status,
    headers: {
      ...(status === 401 && { 'www-authenticate': dialect.challenge }),
      ...(status === 503 && { 'retry-after': retryAfterSeconds }),
      // The rest of its body is not waited for.
      ...(status === 408 && { connection: 'close' }),
      ...(status === 429 && { 'retry-after': failure.detail }),
    },
    body: dialect.render(failure),
  };
}
