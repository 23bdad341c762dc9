import type { IncomingHttpHeaders } from 'node:http';
import { hashApiKey } from '@refundry/auth';
import type { CredentialFamily } from '@refundry/contracts';
import { Failure, type Caller } from '@refundry/resource';
import type { CredentialCache } from './credential-cache.js';
import type { CredentialScheme } from './credential-scheme.js';

interface KeySchemeOptions {
  /** Whose keys open its paths: schemes don't cross. */
  readonly family: CredentialFamily;
  /** The key a request brings. @throws Failure `not_authenticated` when it brings none, or one that can't be read */
  readonly keyOf: (headers: IncomingHttpHeaders) => string;
  /** What it says when the key stands for nobody. */
  readonly unknownKey: string;
  /** What it says when the key's account is disabled. */
  readonly inactiveAccount: string;
}

/** Keys that we issue and know by their hash. */
export class KeyScheme implements CredentialScheme {
  constructor(private readonly options: KeySchemeOptions) {}

  async callerOf(headers: IncomingHttpHeaders, { keys }: CredentialCache): Promise<Caller> {
    const { family, keyOf, unknownKey, inactiveAccount } = this.options;
    const credential = await keys[family].about(hashApiKey(keyOf(headers)));
    if (!credential || Date.now() >= credential.expires) throw new Failure('not_authenticated', unknownKey);
    if (!credential.isActive) throw new Failure('not_authenticated', inactiveAccount);
    return credential.caller;
  }
}
