import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hashApiKey, newApiKey } from '@refundry/auth';
import { oauthClientDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { DataSource, IsNull, type QueryDeepPartialEntity } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OperatorDecisions } from '../audit/operator-decisions.js';
import { OAuthClient } from './oauth-client.entity.js';

/** A client together with its secret, which is shown once and never stored. */
export interface IssuedOAuthClient {
  secret: string;
  client: OAuthClient;
}

/** The id and the secret that a client has already. */
export interface ExistingClient {
  clientId: string;
  secret: string;
}

/** Which OAuth clients there are, for operators. */
@Injectable()
export class OAuthClientsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    private readonly decisions: OperatorDecisions,
  ) {}

  /**
   * @param account its name
   * @throws Failure `conflict` when a client bears the id already, of whatever account: a request for tokens names no
   * account
   */
  async create(
    account: string,
    name: string,
    { clientId, secret }: ExistingClient = newClient(),
  ): Promise<IssuedOAuthClient> {
    const owner = await this.accounts.named(account);
    const values = { account: owner, name, clientId, secretHash: hashApiKey(secret) };
    const id = await this.dataSource.transaction(async (transaction) => {
      const insertion = transaction.createQueryBuilder().insert().into(OAuthClient);
      const { identifiers } = await insertion.values(values).orIgnore().execute();
      if (!identifiers[0]) throw new Failure('conflict', `The client id ${clientId} is registered already.`);
      const subject = Number(identifiers[0].id);
      await this.decisions.record(transaction, owner.id, {
        action: oauthClientDecisions.created,
        subject,
        after: { name, client_id: clientId },
      });
      return subject;
    });
    return { secret, client: await this.withId(id) };
  }

  async list(account: string): Promise<OAuthClient[]> {
    const { id } = await this.accounts.named(account);
    return this.clients.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Gives the client a new secret; the old one is refused from then on. The tokens that were issued to it live on. */
  async rotate(id: number, secret = newApiKey()): Promise<IssuedOAuthClient> {
    const change = { secretHash: hashApiKey(secret) };
    if (!(await this.changed(id, change, oauthClientDecisions.secret_rotated)))
      throw new Failure('not_found', `There is no unrevoked OAuth client ${id}.`);
    return { secret, client: await this.withId(id) };
  }

  /** The tokens that were issued to it end with it. */
  async revoke(id: number): Promise<OAuthClient> {
    await this.changed(id, { revokedDate: () => 'now()' }, oauthClientDecisions.revoked);
    return this.withId(id);
  }

  /** @returns whether there was such a client, and it was not revoked */
  private async changed(
    id: number,
    change: QueryDeepPartialEntity<OAuthClient>,
    action: (typeof oauthClientDecisions)['secret_rotated' | 'revoked'],
  ): Promise<boolean> {
    return this.dataSource.transaction(async (transaction) => {
      const { affected } = await transaction.update(OAuthClient, { id, revokedDate: IsNull() }, change);
      if (!affected) return false;
      const where = { where: { id }, relations: { account: true } };
      const { account, name, clientId } = await transaction.findOneOrFail(OAuthClient, where);
      await this.decisions.record(transaction, account.id, {
        action,
        subject: id,
        before: { name, client_id: clientId },
      });
      return true;
    });
  }

  private async withId(id: number): Promise<OAuthClient> {
    const client = await this.clients.findOne({ where: { id }, relations: { account: true } });
    if (!client) throw new Failure('not_found', `There is no OAuth client ${id}.`);
    return client;
  }

  private get clients() {
    return this.dataSource.getRepository(OAuthClient);
  }
}

const newClient = (): ExistingClient => ({ clientId: newApiKey(), secret: newApiKey() });
