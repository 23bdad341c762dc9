import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OmnitronConnectionsService } from '../omnitron-connections/omnitron-connections.service.js';
import { OmnitronHttp } from './omnitron-http.js';
import { OmnitronKeys } from './omnitron-keys.js';
import { OmnitronSession } from './omnitron-session.js';

/** The upstream hub of every account. */
@Injectable()
export class Omnitron {
  constructor(
    private readonly connections: OmnitronConnectionsService,
    private readonly http: OmnitronHttp,
    private readonly keys: OmnitronKeys,
  ) {}

  /**
   * Begins a run of reading from the Omnitron of the transaction's account.
   *
   * @param deadline in milliseconds since 1970
   * @throws Failure `upstream_failed` when the account has none
   */
  async open(transaction: EntityManager, account: number, deadline: number): Promise<OmnitronSession> {
    return new OmnitronSession(this.http, this.keys, await this.connections.credentialsOf(transaction, account), deadline);
  }
}
