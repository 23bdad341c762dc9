import type { JsonText } from './json-text.js';
import type { Comparison, Filter, FilterKind } from './filters.js';
import type { ExportFormat } from './format.js';

/** Who calls: the account that everything read or written belongs to, and what the credential allows. */
export interface Caller {
  readonly account: number;
  readonly scopes: readonly string[];
  /** The domain that a reservation client speaks for. */
  readonly domain?: string;
}

/** What every handler is told. Times are in milliseconds since 1970. */
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

/** Where a crawl through a list stands: behind a row (docs/adr/0017). */
export interface CrawlPosition {
  /** How many rows there were when the crawl began. */
  readonly count: number;
  /** The row's value of each term of the order, as PostgreSQL writes it. */
  readonly behind: readonly { readonly kind: FilterKind; readonly value: string }[];
}

export interface ListRequest extends FromCaller {
  /** Without meaning in a crawl. */
  readonly page: number | 'last';
  /** Given in a crawl. */
  readonly cursor?: 'beginning' | CrawlPosition;
  readonly size: number;
  readonly where: readonly Condition[];
  /** Terms such as `ordering` or `-modified_date`; the last is the key, so that no two rows tie. */
  readonly order: readonly string[];
  /** What the links to the neighbouring pages repeat. */
  readonly query: string;
  /** The list's public address, without a query. */
  readonly publicUrl: string;
  /** What links begin with, where the rows have any: the family's public address. */
  readonly publicBase?: string;
  /** Whether the rows are to be the endpoint's `detailed` ones. */
  readonly isDetailed?: boolean;
  /** What it is to be exported as; without it a page is answered as JSON. */
  readonly format?: ExportFormat;
}

export interface DetailRequest extends FromCaller {
  /** The last segment of the path, decoded, not yet validated. */
  readonly key: string;
  /** The key of the row that this one stands in, where it stands in one. */
  readonly within?: string;
  /** Whether the answer is to be the endpoint's `detailed` one. */
  readonly isDetailed?: boolean;
  /** What links begin with, where the answer has any: the family's public address. */
  readonly publicBase?: string;
}

export interface ActionRequest<In> extends FromCaller {
  /** When the gateway received it. */
  readonly receivedAt: number;
  /** The last segment of the path where the action is one of a row, decoded, not yet validated; else empty. */
  readonly key: string;
  /** What links begin with, where the answer has any: the family's public address. */
  readonly publicBase?: string;
  /** Whether the answer is to be the endpoint's `detailed` one; without it, one of 204 is asked for nothing. */
  readonly isDetailed?: boolean;
  /** Read when it is first asked for, so that an unknown row is refused before a wrong body. @throws Failure `invalid`, `parse_error`, `multipart_error`, `unsupported_media_type` */
  readonly input: In;
  /** Given when the caller may repeat the request and wants it done once. */
  readonly idempotency?: Idempotency;
  /** Who an open endpoint's caller says it is, by HTTP Basic authentication (RFC 7617). */
  readonly client?: { readonly id: string; readonly secret: string };
}

/** Says that requests with the same key are one request, sent again. */
export interface Idempotency {
  readonly key: string;
  /** Of everything else in the request: it must be the same. */
  readonly fingerprint: string;
}

/** What one of our processes asks another; it comes from no client and carries no caller. */
export interface OperationRequest<In> extends Incoming {
  readonly input: In;
}

export interface Page<T> {
  /** Of all pages together, from the same snapshot as the rows; in a crawl from that of its first page. */
  readonly count: number;
  /** The `cursor` of the page that follows in a crawl; absent where nothing does. */
  readonly nextCursor?: string;
  /** JSON objects separated by commas, without the brackets. */
  readonly results: JsonText<T>;
}
