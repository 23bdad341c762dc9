/** The errors of an input's fields: messages, or an object or array of the same, nested as the input is. */
export type FieldErrors = string[] | { [field: string]: FieldErrors } | FieldErrors[];

const temporarilyUnavailable = 'Service temporarily unavailable, try again later.';

/**
 * Everything an endpoint can be refused with: the stable code that travels between processes, the HTTP status, and the
 * text for people. `{}` in a text stands for the failure's own detail.
 */
export const failures = {
  invalid: { status: 400, text: 'Invalid input.' },
  parse_error: { status: 400, text: 'JSON parse error - {}' },
  multipart_error: { status: 400, text: 'Multipart form parse error - {}' },
  malformed_request: { status: 400, text: 'Malformed request.' },
  invalid_request: { status: 400, text: '{}' },
  invalid_grant: { status: 400, text: '{}' },
  invalid_scope: { status: 400, text: '{}' },
  unauthorized_client: { status: 400, text: '{}' },
  unsupported_grant_type: { status: 400, text: '{}' },
  invalid_client: { status: 401, text: '{}' },
  not_authenticated: { status: 401, text: '{}' },
  permission_denied: { status: 403, text: 'You do not have permission to perform this action.' },
  not_found: { status: 404, text: 'Not found.' },
  unknown_format: { status: 404, text: 'Not found.' },
  invalid_page: { status: 404, text: 'Invalid page.' },
  invalid_cursor: { status: 404, text: 'Invalid cursor' },
  method_not_allowed: { status: 405, text: 'Method "{}" not allowed.' },
  not_acceptable: { status: 406, text: 'Could not satisfy the request Accept header.' },
  request_timeout: { status: 408, text: 'The request did not arrive in time.' },
  conflict: { status: 409, text: '{}' },
  payload_too_large: { status: 413, text: 'Request body must not exceed {} bytes.' },
  unsupported_media_type: { status: 415, text: 'Unsupported media type "{}" in request.' },
  unsupported_coding: { status: 415, text: 'Unsupported content coding "{}" in request.' },
  idempotency_mismatch: { status: 422, text: 'This Idempotency-Key was used with another request.' },
  throttled: { status: 429, text: 'Request was throttled. Expected available in {} seconds.' },
  busy_account: { status: 429, text: 'Request was throttled. Expected available in {} seconds.' },
  headers_too_large: { status: 431, text: 'Request header fields too large.' },
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
  wrong_state: { status: 409, text: 'This is not possible in the present state.' },
  penalty_changed: { status: 409, text: 'The penalty has changed.' },
  internal: { status: 500, text: 'A server error occurred.' },
  upstream_failed: { status: 502, text: '{}' },
  unavailable: { status: 503, text: temporarilyUnavailable },
  overloaded: { status: 503, text: temporarilyUnavailable },
  deadline_exceeded: { status: 503, text: temporarilyUnavailable },
  upstream_timeout: { status: 504, text: '{}' },
} as const satisfies Record<string, { status: number; text: string }>;

export type FailureCode = keyof typeof failures;

/** A resource that is in another state than a request needs, and the states that it can go to from there. */
export interface PresentState {
  readonly of: string;
  readonly state: string;
  readonly possible: readonly string[];
}

interface FailureOptions extends ErrorOptions {
  payload?: object | undefined;
  present?: PresentState | undefined;
}

/**
 * The one error that crosses rooms and processes. Match on `code`, never on the class.
 *
 * `detail` fills the placeholder of the code's text; `fields` belongs to `invalid`, `present` to `wrong_state`. `payload` is what the
 * caller is told beside the refusal, where its family's document says so.
 */
export class Failure extends Error {
  constructor(
    readonly code: FailureCode,
    readonly detail = '',
    readonly fields?: FieldErrors,
    { payload, present, ...options }: FailureOptions = {},
  ) {
    super(detail || code, options);
    this.payload = payload;
    this.present = present;
  }

  readonly payload: object | undefined;
  readonly present: PresentState | undefined;

  get status(): number {
    return failures[this.code].status;
  }

  /** The text for people, in English, as the documents' API words it. */
  get text(): string {
    return failures[this.code].text.replace('{}', () => this.detail);
  }
}

/** A request that the present state of a resource doesn't allow. */
export const wrongState = (present: PresentState): Failure =>
  new Failure('wrong_state', `${present.of} is ${present.state}`, undefined, { present });

/** Input refused field by field. A batch may have 100,000 of them, of which nobody reads the stack. */
export function invalid(fields: FieldErrors): Failure {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new Failure('invalid', '', fields);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
