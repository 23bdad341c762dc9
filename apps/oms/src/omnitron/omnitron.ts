import { Injectable } from '@nestjs/common';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { OmnitronConnectionsService } from '../omnitron-connections/omnitron-connections.service.js';
import { OmnitronHttp } from './omnitron-http.js';
import { OmnitronKeys } from './omnitron-keys.js';
import { OmnitronSession, type SessionOptions } from './omnitron-session.js';

/** The upstream hub of every account. */
@Injectable()
export class Omnitron {
  constructor(
    private readonly connections: OmnitronConnectionsService,
    private readonly http: OmnitronHttp,
    private readonly keys: OmnitronKeys,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Begins a run of reading from the Omnitron of the transaction's account.
   *
   * @throws Failure `upstream_failed` when the account has none
   */
  async open(transaction: EntityManager, account: number, options: SessionOptions): Promise<OmnitronSession> {
    return new OmnitronSession(
      this.http,
      this.keys,
      await this.connections.credentialsOf(transaction, account),
      options,
    );
  }

  /** As `open`, outside of a transaction. @throws also Failure `unavailable` */
  openFor(account: number, options: SessionOptions): Promise<OmnitronSession> {
    return this.transactions.run({ account }, (transaction) => this.open(transaction, account, options));
  }
}
