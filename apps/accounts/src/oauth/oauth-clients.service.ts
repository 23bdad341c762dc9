import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hashApiKey, newApiKey } from '@refundry/auth';
import { Failure } from '@refundry/errors';
import { DataSource, IsNull } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
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
    const values = { account: await this.accounts.named(account), name, clientId, secretHash: hashApiKey(secret) };
    const { identifiers } = await this.clients.createQueryBuilder().insert().values(values).orIgnore().execute();
    if (!identifiers[0]) throw new Failure('conflict', `The client id ${clientId} is registered already.`);
    return { secret, client: await this.withId(Number(identifiers[0].id)) };
  }

  async list(account: string): Promise<OAuthClient[]> {
    const { id } = await this.accounts.named(account);
    return this.clients.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Gives the client a new secret; the old one is refused from then on. The tokens that were issued to it live on. */
  async rotate(id: number, secret = newApiKey()): Promise<IssuedOAuthClient> {
    const { affected } = await this.clients.update({ id, revokedDate: IsNull() }, { secretHash: hashApiKey(secret) });
    if (!affected) throw new Failure('not_found', `There is no unrevoked OAuth client ${id}.`);
    return { secret, client: await this.withId(id) };
  }

  /** The tokens that were issued to it end with it. */
  async revoke(id: number): Promise<OAuthClient> {
    await this.clients
      .createQueryBuilder()
      .update()
      .set({ revokedDate: () => 'now()' })
      .where({ id, revokedDate: IsNull() })
      .execute();
    return this.withId(id);
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
