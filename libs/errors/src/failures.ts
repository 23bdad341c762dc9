interface FailureType {
  readonly status: number;
  /** For people, in English; `{}` stands for the failure's own detail. */
  readonly text: string;
}
type Catalogue = Record<string, FailureType>;

/** Requests that can not be read, or are not what their endpoint takes. */
const ofInput = {
  invalid: { status: 400, text: 'Invalid input.' },
  parse_error: { status: 400, text: 'JSON parse error - {}' },
  multipart_error: { status: 400, text: 'Multipart form parse error - {}' },
  malformed_request: { status: 400, text: 'Malformed request.' },
  method_not_allowed: { status: 405, text: 'Method "{}" not allowed.' },
  not_acceptable: { status: 406, text: 'Could not satisfy the request Accept header.' },
  request_timeout: { status: 408, text: 'The request did not arrive in time.' },
  payload_too_large: { status: 413, text: 'Request body must not exceed {} bytes.' },
  unsupported_media_type: { status: 415, text: 'Unsupported media type "{}" in request.' },
  unsupported_coding: { status: 415, text: 'Unsupported content coding "{}" in request.' },
  headers_too_large: { status: 431, text: 'Request header fields too large.' },
} as const satisfies Catalogue;

/** Callers that are unknown, or may not do this. */
const ofAccess = {
  not_authenticated: { status: 401, text: '{}' },
  permission_denied: { status: 403, text: 'You do not have permission to perform this action.' },
} as const satisfies Catalogue;

/** Requests for something that is not there. */
const ofAddress = {
  not_found: { status: 404, text: 'Not found.' },
  unknown_format: { status: 404, text: 'Not found.' },
  invalid_page: { status: 404, text: 'Invalid page.' },
  invalid_cursor: { status: 404, text: 'Invalid cursor' },
} as const satisfies Catalogue;

/** Requests that what is there does not allow. */
const ofState = {
  conflict: { status: 409, text: '{}' },
  wrong_state: { status: 409, text: 'This is not possible in the present state.' },
  idempotency_mismatch: { status: 422, text: 'This Idempotency-Key was used with another request.' },
} as const satisfies Catalogue;

const throttled = { status: 429, text: 'Request was throttled. Expected available in {} seconds.' } as const;

/** Callers that ask for more than their share. */
const ofLimits = { throttled, busy_account: throttled } as const satisfies Catalogue;

const unavailable = { status: 503, text: 'Service temporarily unavailable, try again later.' } as const;

/** Faults of ours, of what we depend on, and of the upstream. */
const ofServers = {
  internal: { status: 500, text: 'A server error occurred.' },
  upstream_failed: { status: 502, text: '{}' },
  unavailable,
  overloaded: unavailable,
  deadline_exceeded: unavailable,
  upstream_timeout: { status: 504, text: '{}' },
} as const satisfies Catalogue;

/** The errors of RFC 6749 §5.2. */
const ofOAuth = {
  invalid_request: { status: 400, text: '{}' },
  invalid_grant: { status: 400, text: '{}' },
  invalid_scope: { status: 400, text: '{}' },
  unauthorized_client: { status: 400, text: '{}' },
  unsupported_grant_type: { status: 400, text: '{}' },
  invalid_client: { status: 401, text: '{}' },
} as const satisfies Catalogue;

/** Refusals of the reservation family; its contracts publish their numbers. */
const ofReservations = {
  reserve_id_missing: { status: 400, text: 'The reserve_id is missing.' },
  reserve_id_malformed: { status: 400, text: 'The reserve_id is malformed.' },
  inputs_disagree: { status: 400, text: 'Body and query disagree.' },
  unknown_reservation: { status: 422, text: 'There is no such reservation.' },
  ambiguous_pnr: { status: 422, text: 'Several reservations bear this PNR.' },
  already_refunded: { status: 422, text: 'The reservation is refunded already.' },
  already_used: { status: 422, text: 'The reservation was used already.' },
  no_rules: { status: 422, text: 'There are no refund rules for this reservation.' },
  unknown_refund: { status: 422, text: 'There is no such refund.' },
  unknown_rules: { status: 422, text: 'There is no such rule set.' },
  unknown_row: { status: 422, text: 'There is nothing with this key.' },
  unknown_passenger: { status: 422, text: 'The reservation has no such passenger.' },
  passenger_refunded: { status: 422, text: 'A passenger is refunded already.' },
  unknown_waiver: { status: 422, text: 'There is no such waiver.' },
  unknown_waiver_code: { status: 422, text: 'The waiver code is unknown, or not active.' },
  second_person_needed: { status: 403, text: 'A second person is needed.' },
  penalty_changed: { status: 409, text: 'The penalty has changed.' },
} as const satisfies Catalogue;

/**
 * Everything an endpoint can be refused with: the stable code that travels between processes, the HTTP status, and the
 * text for people.
 */
export const failures = {
  ...ofInput,
  ...ofAccess,
  ...ofAddress,
  ...ofState,
  ...ofLimits,
  ...ofServers,
  ...ofOAuth,
  ...ofReservations,
} as const;

export type FailureCode = keyof typeof failures;
