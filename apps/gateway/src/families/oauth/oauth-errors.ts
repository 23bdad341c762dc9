import type { FailureCode } from '@refundry/errors';

/** The errors that RFC 6749 §5.2 knows. */
export const oauthErrors: readonly FailureCode[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];
