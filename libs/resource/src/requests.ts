import type { JsonText } from './json-text.js';
import type { Comparison, Filter, FilterKind } from './filters.js';
import type { ExportFormat } from './format.js';

/** The caller: the account that everything read or written belongs to, and what the credential allows. */
export interface Caller {
  readonly account: number;
  readonly scopes: readonly string[];
  /** The domain that a reservation client speaks for. */
  readonly domain?: string;
  /** The holder of the credential; not told by a gateway of the version before. */
  readonly actor?: Actor;
}

/** The kinds of actors: the credentials of callers, operators at the command line, and what runs by itself. */
export const actorKinds = ['token', 'oauth_user', 'signed_token', 'operator', 'system'] as const;
export type ActorKind = (typeof actorKinds)[number];

/** An actor, as records of what was decided and used name it. */
export interface Actor {
  readonly kind: ActorKind;
  /** Tells the actors of a kind in an account apart, and is no secret: the number of a token, a user name. */
  readonly id: string;
}

/** The part of a request that every handler receives. Times are in milliseconds since 1970. */
export interface Incoming {
  readonly requestId: string;
  /** When the caller stops waiting. */
  readonly deadline: number;
}

interface FromCaller extends Incoming {
  readonly caller: Caller;
}

/** One filter term of a list, its value ready for PostgreSQL. */
export interface Condition {
  readonly filter: Filter;
  readonly lookup: Comparison | 'search';
  readonly value: string;
}

/** The position of a cursor in a list: behind a row (docs/adr/0017). */
export interface CursorPosition {
  /** How many rows there were when the cursor read began. */
  readonly count: number;
  /** The row's value of each term of the order, as PostgreSQL writes it. */
  readonly after: readonly { readonly kind: FilterKind; readonly value: string }[];
}

export interface ListRequest<Options extends object = object> extends FromCaller {
  /** Without meaning in a cursor read. */
  readonly page: number | 'last';
  /** Given in a cursor read. */
  readonly cursor?: 'beginning' | CursorPosition;
  readonly size: number;
  readonly where: readonly Condition[];
  /** Terms such as `ordering` or `-modified_date`; the last is the key, so that no two rows tie. */
  readonly order: readonly string[];
  /** Given where the list has options and there is a query. */
  readonly options?: Options;
  /** The parameters that links to the neighbouring pages repeat. */
  readonly query: string;
  /** The key of the row that the list stands in, where it stands in one. */
  readonly within?: string;
  /** The list's public address, without a query. */
  readonly publicUrl: string;
  /** The prefix of links in the rows: the family's public address. */
  readonly publicBase?: string;
  /** Whether the rows are to be the endpoint's `detailed` ones. */
  readonly isDetailed?: boolean;
  /** The export format; without it a page is answered as JSON. */
  readonly format?: ExportFormat;
}

export interface DetailRequest extends FromCaller {
  /** The last segment of the path, decoded, not yet validated. */
  readonly key: string;
  /** The key of the row that this one stands in, where it stands in one. */
  readonly within?: string;
  /** Whether the answer is to be the endpoint's `detailed` one. */
  readonly isDetailed?: boolean;
  /** The prefix of links in the answer: the family's public address. */
  readonly publicBase?: string;
}

export interface ActionRequest<In> extends FromCaller {
  /** When the gateway received it. */
  readonly receivedAt: number;
  /** The last segment of the path where the action is one of a row, decoded, not yet validated; else empty. */
  readonly key: string;
  /** The key of the row that this one stands in, where it stands in one. */
  readonly within?: string;
  /** The prefix of links in the answer: the family's public address. */
  readonly publicBase?: string;
  /** Whether the answer is to be the endpoint's `detailed` one; without it, one of 204 is asked for nothing. */
  readonly isDetailed?: boolean;
  /**
   * Read when it is first asked for, so that an unknown row is refused before a wrong body. @throws Failure `invalid`,
   * `parse_error`, `multipart_error`, `unsupported_media_type`
   */
  readonly input: In;
  /** Given when the caller may repeat the request and wants it done once. */
  readonly idempotency?: Idempotency;
  /** The identity of a public endpoint's caller, by HTTP Basic authentication (RFC 7617). */
  readonly client?: { readonly id: string; readonly secret: string };
}

/** Says that requests with the same key are one request, sent again. */
export interface Idempotency {
  readonly key: string;
  /** Of everything else in the request: it must be the same. */
  readonly fingerprint: string;
}

/** A request between two of our processes; it comes from no client and carries no caller. */
export interface OperationRequest<In> extends Incoming {
  /** The name of the operator whose command asks; not told by a command line of the version before. */
  readonly operator?: string;
  readonly input: In;
}

export interface Page<T> {
  /** Of all pages together, from the same snapshot as the rows; in a cursor read from that of its first page. */
  readonly count: number;
  /** The `cursor` of the page that follows in a cursor read; absent where nothing does. */
  readonly nextCursor?: string;
  /** JSON objects separated by commas, without the brackets. */
  readonly results: JsonText<T>;
}
