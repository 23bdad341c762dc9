import type { IncomingHttpHeaders } from 'node:http';
import { hashApiKey } from '@refundry/auth';
import type { CredentialFamily } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import type { CredentialCaches } from './credential-caches.js';
import type { CredentialScheme, Identity } from './credential-scheme.js';

interface KeySchemeOptions {
  /** The family whose keys open its paths: schemes don't cross. */
  readonly family: CredentialFamily;
  /** The key a request brings. @throws Failure `not_authenticated` when it brings none, or one that can't be read */
  readonly keyOf: (headers: IncomingHttpHeaders) => string;
  /** The refusal of an unknown key. */
  readonly unknownKey: string;
  /** The refusal of a key of a disabled account. */
  readonly inactiveAccount: string;
}

/** Keys that we issue and know by their hash. */
export class KeyScheme implements CredentialScheme {
  constructor(private readonly options: KeySchemeOptions) {}

  async identify(headers: IncomingHttpHeaders, { keys }: CredentialCaches, beforeFetch: () => void): Promise<Identity> {
    const { family, keyOf, unknownKey, inactiveAccount } = this.options;
    const hash = hashApiKey(keyOf(headers));
    const credential = await keys[family].get(hash, beforeFetch);
    if (!credential || Date.now() >= credential.expires) throw new Failure('not_authenticated', unknownKey);
    if (!credential.isActive) throw new Failure('not_authenticated', inactiveAccount);
    return { caller: credential.caller, credential: `${family} ${hash}` };
  }
}
