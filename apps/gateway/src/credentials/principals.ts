import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { hashApiKey } from '@refundry/auth';
import { Failure, type Caller } from '@refundry/resource';
import type { Dialect } from '../dialects/dialect.js';
import { CredentialCache } from './credential-cache.js';

/** Who calls. */
@Injectable()
export class Principals {
  constructor(private readonly credentials: CredentialCache) {}

  /** @throws Failure `not_authenticated` in the dialect's words, `unavailable` when accounts can't be asked */
  async callerOf(dialect: Dialect, headers: IncomingHttpHeaders): Promise<Caller> {
    const hash = hashApiKey(dialect.keyOf(headers));
    const known = this.credentials.known(hash);
    // Null is an answer too: the key stands for nobody.
    const credential = known === undefined ? await this.credentials.ask(hash) : known;
    if (!credential || Date.now() >= credential.expires) throw new Failure('not_authenticated', dialect.unknownKey);
    if (!credential.isActive) throw new Failure('not_authenticated', dialect.inactiveAccount);
    return credential.caller;
  }
}
