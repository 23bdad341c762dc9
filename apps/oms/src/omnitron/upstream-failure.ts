import { PrivateAddressRefused } from '@refundry/egress';
import { Failure } from '@refundry/errors';

interface Attempt {
  /** Another attempt may succeed. */
  isTransient: boolean;
  /** The HTTP status, where there was an answer. */
  status?: number;
  /** The pause that the upstream asked for. */
  retryAfterMs?: number;
}

/** Why one attempt to ask Omnitron failed. */
export class UpstreamError extends Error {
  readonly isTransient: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number;

  constructor(
    /** The failure that the caller gets unless another attempt succeeds. */
    readonly failure: Failure,
    { isTransient, status, retryAfterMs = 0 }: Attempt,
  ) {
    super(failure.message, { cause: failure.cause });
    this.isTransient = isTransient;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Omnitron answered, but with nothing we can use. */
export const unusable = (detail: string, cause?: unknown): Failure => new Failure('upstream_failed', { detail, cause });

export const loginRefused = (cause?: unknown): Failure => unusable('Omnitron refused the login.', cause);

export const tooLate = (): Failure => new Failure('upstream_timeout', 'Omnitron did not answer in time.');

const tooLarge = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

/** Whether an answer was refused for its size. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof Failure && (error.cause as { code?: unknown } | undefined)?.code === tooLarge;

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** Classifies an error of the HTTP client or of reading its answer. */
export function upstreamError(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (error instanceof Failure) return new UpstreamError(error, { isTransient: false });
  // Trying again doesn't make it a public one.
  if (error instanceof PrivateAddressRefused)
    return new UpstreamError(unusable('Omnitron must not be at a private address.'), { isTransient: false });
  const { name, code = '' } = error as Error & { code?: string };
  if (name === 'TimeoutError' || name === 'AbortError' || timeouts.has(code))
    return new UpstreamError(tooLate(), { isTransient: true });
  if (code === tooLarge)
    return new UpstreamError(unusable('Omnitron sent an answer that is too large.', error), { isTransient: false });
  if (error instanceof SyntaxError || code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new UpstreamError(unusable('Omnitron sent an answer that is no JSON.', error), { isTransient: true });
  return new UpstreamError(unusable('Omnitron could not be reached, or broke the connection.', error), {
    isTransient: true,
  });
}
