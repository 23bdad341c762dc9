import { failures, type FailureCode } from './failures.js';

/** The errors of an input's fields: messages, or an object or array of the same, nested as the input is. */
export type FieldErrors = string[] | { [field: string]: FieldErrors } | FieldErrors[];

/** A resource that is in another state than a request needs, and the states that it can go to from there. */
export interface PresentState {
  readonly of: string;
  readonly state: string;
  readonly possible: readonly string[];
}

interface FailureOptions extends ErrorOptions {
  /** Fills the placeholder of the code's text. */
  readonly detail?: string;
  /** Of `invalid`. */
  readonly fields?: FieldErrors | undefined;
  /** Tells the caller more, where its family's document says so. */
  readonly payload?: object | undefined;
  /** Of `wrong_state`. */
  readonly present?: PresentState | undefined;
}

/** The one error that crosses rooms and processes. Match on `code`, never on the class. */
export class Failure extends Error {
  readonly detail: string;
  readonly fields: FieldErrors | undefined;
  readonly payload: object | undefined;
  readonly present: PresentState | undefined;

  /** @param options the detail alone, or with what else there is to say */
  constructor(
    readonly code: FailureCode,
    options: string | FailureOptions = {},
  ) {
    const {
      detail = '',
      fields,
      payload,
      present,
      ...rest
    } = typeof options === 'string' ? { detail: options } : options;
    super(detail || code, rest);
    this.detail = detail;
    this.fields = fields;
    this.payload = payload;
    this.present = present;
  }

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
  new Failure('wrong_state', { detail: `${present.of} is ${present.state}`, present });

/** Input refused field by field. A batch may have 100,000 of them, of which nobody reads the stack. */
export function invalid(fields: FieldErrors): Failure {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new Failure('invalid', { fields });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
