import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialFamily } from '@refundry/contracts';
import type { Failure, Format } from '@refundry/resource';

/** The keys that a family's clients bring. */
export interface KeyScheme {
  /** Whose keys open its paths: schemes don't cross. */
  readonly family: CredentialFamily;
  /** The key a request brings. @throws Failure `not_authenticated` when it brings none, or one that can't be read */
  readonly keyOf: (headers: IncomingHttpHeaders) => string;
  /** What it says when the key stands for nobody. */
  readonly unknownKey: string;
  /** What it says when the key's account is disabled. */
  readonly inactiveAccount: string;
}

/** How a family of clients is spoken to: which credential it brings, and what a refusal looks like. */
export interface Dialect {
  /** What all its paths begin with; it begins and ends with a slash. */
  readonly base: string;
  /** The `WWW-Authenticate` of a 401. */
  readonly challenge: string;
  /** Null where all is open. */
  readonly keys: KeyScheme | null;
  /** Who the caller of an open endpoint says it is. @throws Failure when that can't be read */
  clientOf?(headers: IncomingHttpHeaders): { readonly id: string; readonly secret: string } | undefined;
  /** The body of a refusal. */
  render(failure: Failure): object;
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
