import type { JsonText } from './json-text.js';
import type { Filter, Lookup } from './filters.js';
import type { ExportFormat } from './format.js';

/** Who calls: the account that everything read or written belongs to, and what the credential allows. */
export interface Caller {
  readonly account: number;
  readonly scopes: readonly string[];
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
  readonly lookup: Lookup;
  readonly value: string;
}

export interface ListRequest extends FromCaller {
  readonly page: number | 'last';
  readonly size: number;
  readonly where: readonly Condition[];
  /** Terms such as `ordering` or `-modified_date`; the last is the key, so that no two rows tie. */
  readonly order: readonly string[];
  /** What the links to the neighbouring pages repeat. */
  readonly query: string;
  /** The list's public address, without a query. */
  readonly publicUrl: string;
  /** What it is to be exported as; without it a page is answered as JSON. */
  readonly format?: ExportFormat;
}

export interface DetailRequest extends FromCaller {
  /** The last segment of the path, decoded, not yet validated. */
  readonly key: string;
}

export interface ActionRequest<In> extends FromCaller {
  readonly input: In;
}

/** What one of our processes asks another; it comes from no client and carries no caller. */
export interface OperationRequest<In> extends Incoming {
  readonly input: In;
}

export interface Page<T> {
  /** Of all pages together, from the same snapshot as the rows. */
  readonly count: number;
  /** JSON objects separated by commas, without the brackets. */
  readonly results: JsonText<T>;
}
