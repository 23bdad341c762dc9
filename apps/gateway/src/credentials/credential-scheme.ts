import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '@refundry/resource';
import type { CredentialCache } from './credential-cache.js';

/** How the callers of a family say who they are. */
export interface CredentialScheme {
  /** Who calls. @throws Failure `not_authenticated` in the family's words; `permission_denied`; `unavailable` when accounts can't be asked */
  callerOf(headers: IncomingHttpHeaders, credentials: CredentialCache): Promise<Caller>;
}
