import { Injectable } from '@nestjs/common';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import { Encrypter } from '@refundry/auth';
import {
  omnitronConnectionDecisions,
  omnitronPasswordPurpose,
  type OmnitronConnection,
  type ShownOmnitronConnection,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { SchedulesService } from '../schedules/schedules.service.js';
import type { OmnitronConnectionRow } from './omnitron-connection.entity.js';
import { OmnitronConnectionsRepository } from './omnitron-connections.repository.js';

/** The login for an account's Omnitron. It is never logged and leaves memory only towards that Omnitron. */
export interface OmnitronCredentials {
  readonly account: number;
  /** Ends in a slash. */
  readonly baseUrl: URL;
  readonly username: string;
  readonly password: string;
}

/** Which account reads which Omnitron. */
@Injectable()
export class OmnitronConnectionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly connections: OmnitronConnectionsRepository,
    private readonly encrypter: Encrypter,
    private readonly schedules: SchedulesService,
  ) {}

  /** From then on the account's steps run by themselves. @throws Failure `invalid` for a password that we can't open */
  async set(connection: OmnitronConnection, by: DecidedBy): Promise<void> {
    const { account, username, sealed_password: sealedPassword } = connection;
    const { baseUrl } = this.credentialsIn(connection);
    await this.transactions.run({ account }, async (transaction) => {
      const former = await this.connections.lockOfAccount(transaction, account);
      await this.connections.put(transaction, { account, url: baseUrl.href, username, sealedPassword });
      await this.schedules.begin(transaction, account);
      await recordDecision(transaction, by, {
        action: omnitronConnectionDecisions.set,
        subject: account,
        ...(former && { before: { url: former.url, username: former.username } }),
        after: { url: baseUrl.href, username, sets_password: true },
      });
    });
  }

  /** Encrypts the password with the key that now comes first. @returns whether there is one */
  rotateKey(by: DecidedBy): Promise<boolean> {
    const { account } = by;
    return this.transactions.run({ account }, async (transaction) => {
      const row = await this.connections.lockOfAccount(transaction, account);
      if (row) {
        const reencrypted = this.encrypter.rotateKey(row.sealedPassword, omnitronPasswordPurpose(account));
        await this.connections.replacePassword(transaction, account, reencrypted);
        await recordDecision(transaction, by, { action: omnitronConnectionDecisions.key_rotated, subject: account });
      }
      return row !== null;
    });
  }

  /** @throws Failure `upstream_failed` when the account has no connection */
  show(account: number): Promise<ShownOmnitronConnection> {
    return this.transactions.run({ account }, async (transaction) => {
      const { url, username, modifiedDate } = await this.rowOf(transaction, account);
      return { url, username, set: modifiedDate };
    });
  }

  /** @throws Failure `invalid` for a password that we can't open */
  credentialsIn({ account, url, username, sealed_password: sealedPassword }: OmnitronConnection): OmnitronCredentials {
    return { account, baseUrl: baseUrlOf(url), username, password: this.openPassword(account, sealedPassword) };
  }

  /** @throws Failure `upstream_failed` when the account has no connection */
  async credentialsOf(transaction: EntityManager, account: number): Promise<OmnitronCredentials> {
    const row = await this.rowOf(transaction, account);
    return {
      account,
      baseUrl: new URL(row.url),
      username: row.username,
      password: this.encrypter.decrypt(row.sealedPassword, omnitronPasswordPurpose(account)),
    };
  }

  /** As `credentialsOf`, outside of a transaction. */
  storedCredentials(account: number): Promise<OmnitronCredentials> {
    return this.transactions.run({ account }, (transaction) => this.credentialsOf(transaction, account));
  }

  private async rowOf(transaction: EntityManager, account: number): Promise<OmnitronConnectionRow> {
    const row = await this.connections.ofAccount(transaction, account);
    if (!row) throw new Failure('upstream_failed', 'No Omnitron is set up for this account.');
    return row;
  }

  private openPassword(account: number, sealed: string): string {
    try {
      return this.encrypter.decrypt(sealed, omnitronPasswordPurpose(account));
    } catch (error) {
      throw new Failure('invalid', { fields: { sealed_password: [(error as Error).message] }, cause: error });
    }
  }
}

function baseUrlOf(text: string): URL {
  const url = new URL(text);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}
