import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '@refundry/resource';
import type { CredentialCaches } from './credential-caches.js';

/** The caller, and the credential it used. */
export interface Identity {
  readonly caller: Caller;
  /** Tells credentials apart, of all families, and is no secret. */
  readonly credential: string;
}

/** How the callers of a family say who they are. */
export interface CredentialScheme {
  /**
   * The caller.
   *
   * @param beforeFetch called before accounts is asked about what was never good; what it throws is thrown
   * @throws Failure `not_authenticated` in the family's words; `permission_denied`; `unavailable` when accounts can't
   * be asked
   */
  identify(headers: IncomingHttpHeaders, credentials: CredentialCaches, beforeFetch: () => void): Promise<Identity>;
}
