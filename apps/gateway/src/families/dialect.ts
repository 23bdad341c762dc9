import type { IncomingHttpHeaders } from 'node:http';
import type { Failure, FailureCode } from '@refundry/errors';
import type { Format } from '@refundry/resource';
import type { CredentialScheme } from '../credentials/credential-scheme.js';
import type { FamilyDescription } from './family-description.js';

/** How a family of clients is spoken to: which credential it brings, and what a refusal looks like. */
export interface Dialect {
  /** The prefix of all its paths; it begins and ends with a slash. Links begin with it too. */
  readonly base: string;
  /** Further prefixes of its paths. */
  readonly otherBases: readonly string[];
  /** Below it everything is refused in this dialect, wherever it leads. */
  readonly pathPrefix: string;
  /** The `WWW-Authenticate` of a 401. */
  readonly challenge: string;
  /** Null where all is open. */
  readonly credentials: CredentialScheme | null;
  /** The identity that the caller of a public endpoint gives. @throws Failure when that can't be read */
  clientOf?(headers: IncomingHttpHeaders): { readonly id: string; readonly secret: string } | undefined;
  /** The body of a refusal. */
  render(failure: Failure): object;
  /** Failures of services that this family reports as another one. */
  readonly errorOverrides?: Readonly<Partial<Record<FailureCode, Failure>>>;
  /** Puts a success into the family's envelope, where it has one. */
  wrap?(answer: Uint8Array): Uint8Array;
  /**
   * The request headers that pages of registered sites may send; undefined where no page of another site may read
   * anything.
   */
  readonly crossOriginHeaders?: string;
  /** How OpenAPI describes it. */
  readonly description: FamilyDescription;
  /** Whether `format` and `Accept` mean nothing. */
  readonly isAlwaysJson: boolean;
  /** The formats that a path may end in, `.json` for instance. */
  readonly suffixes: readonly Format[];
  /** Whether a browser is shown a page unasked. */
  readonly showsPagesToBrowsers: boolean;
  /** Whether `Format` is `format`. */
  readonly ignoresCase: boolean;
  /** The settings of the browsable API; without it there are none. */
  readonly pages?: PageDialect;
}

interface PageDialect {
  /** The word before a credential in `Authorization`. */
  readonly scheme: string;
  /** The endpoint that issues a credential for a name and a password (RFC 6749 §4.3). */
  readonly tokenPath?: string;
}
