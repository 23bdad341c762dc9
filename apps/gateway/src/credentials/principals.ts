import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { hashApiKey } from '@refundry/auth';
import { Failure, type Caller } from '@refundry/resource';
import type { KeyScheme } from '../dialects/dialect.js';
import { CredentialCache } from './credential-cache.js';

/** Who calls. */
@Injectable()
export class Principals {
  constructor(private readonly credentials: CredentialCache) {}

  /** @throws Failure `not_authenticated` in the dialect's words, `unavailable` when accounts can't be asked */
  async callerOf({ family, keyOf, unknownKey, inactiveAccount }: KeyScheme, headers: IncomingHttpHeaders): Promise<Caller> {
    const hash = hashApiKey(keyOf(headers));
    const known = this.credentials.known(family, hash);
    // Null is an answer too: the key stands for nobody.
    const credential = known === undefined ? await this.credentials.ask(family, hash) : known;
    if (!credential || Date.now() >= credential.expires) throw new Failure('not_authenticated', unknownKey);
    if (!credential.isActive) throw new Failure('not_authenticated', inactiveAccount);
    return credential.caller;
  }
}
