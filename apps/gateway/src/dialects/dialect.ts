import type { IncomingHttpHeaders } from 'node:http';
import type { Failure, FailureCode, Format } from '@refundry/resource';
import type { CredentialScheme } from '../credentials/credential-scheme.js';

/** How a family of clients is spoken to: which credential it brings, and what a refusal looks like. */
export interface Dialect {
  /** What all its paths begin with; it begins and ends with a slash. Links begin with it too. */
  readonly base: string;
  /** What they may begin with as well. */
  readonly otherBases: readonly string[];
  /** Below it everything is refused in this dialect, wherever it leads. */
  readonly territory: string;
  /** The `WWW-Authenticate` of a 401. */
  readonly challenge: string;
  /** Null where all is open. */
  readonly credentials: CredentialScheme | null;
  /** Who the caller of an open endpoint says it is. @throws Failure when that can't be read */
  clientOf?(headers: IncomingHttpHeaders): { readonly id: string; readonly secret: string } | undefined;
  /** The body of a refusal. */
  render(failure: Failure): object;
  /** What services refuse and this family knows as something else. */
  readonly restated?: Readonly<Partial<Record<FailureCode, Failure>>>;
  /** Puts a success into the family's envelope, where it has one. */
  wrap?(answer: Uint8Array): Uint8Array;
  /** The request headers that pages of registered sites may send; undefined where no page of another site may read anything. */
  readonly crossOriginHeaders?: string;
  /** Whether `format` and `Accept` mean nothing. */
  readonly isAlwaysJson: boolean;
  /** The formats that a path may end in, `.json` for instance. */
  readonly suffixes: readonly Format[];
  /** Whether a browser is shown a page unasked. */
  readonly showsPagesToBrowsers: boolean;
  /** Whether `Format` is `format`. */
  readonly ignoresCase: boolean;
  /** What pages for people must know; without it there are none. */
  readonly pages?: PageDialect;
}

interface PageDialect {
  /** The word before a credential in `Authorization`. */
  readonly scheme: string;
  /** Where a credential is got for a name and a password (RFC 6749 §4.3). */
  readonly tokenPath?: string;
  /** The parameter that orders a list. */
  readonly sortParameter: string;
}
