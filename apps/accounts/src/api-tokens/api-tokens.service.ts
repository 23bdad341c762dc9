import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hashApiKey, newApiKey } from '@refundry/auth';
import { Failure } from '@refundry/errors';
import { DataSource, IsNull } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiToken } from './api-token.entity.js';

interface NewApiToken {
  /** The account's name. */
  account: string;
  label: string;
  scopes: readonly string[];
  /** PostgreSQL's text of the instant, or null for a token that doesn't expire. */
  expiresDate: string | null;
}

/** A token together with its key, which is shown once and never stored. */
export interface IssuedApiToken {
  key: string;
  token: ApiToken;
}

/** Which API tokens there are, for operators. */
@Injectable()
export class ApiTokensService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  async create({ account, label, scopes, expiresDate }: NewApiToken): Promise<IssuedApiToken> {
    const key = newApiKey();
    const { id } = await this.tokens.save({
      account: await this.accounts.named(account),
      label,
      hash: hashApiKey(key),
      scopes: [...scopes],
      expiresDate,
    });
    return { key, token: await this.withId(id) };
  }

  async list(account: string): Promise<ApiToken[]> {
    const { id } = await this.accounts.named(account);
    return this.tokens.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Gives the token a new key; the old one opens nothing from then on. */
  async rotate(id: number): Promise<IssuedApiToken> {
    const key = newApiKey();
    const { affected } = await this.tokens.update(
      { id, revokedDate: IsNull() },
      { hash: hashApiKey(key), lastUsedDate: null },
    );
    if (!affected) throw new Failure('not_found', `There is no unrevoked token ${id}.`);
    return { key, token: await this.withId(id) };
  }

  async revoke(id: number): Promise<ApiToken> {
    await this.tokens
      .createQueryBuilder()
      .update()
      .set({ revokedDate: () => 'now()' })
      .where({ id, revokedDate: IsNull() })
      .execute();
    return this.withId(id);
  }

  private async withId(id: number): Promise<ApiToken> {
    const token = await this.tokens.findOne({ where: { id }, relations: { account: true } });
    if (!token) throw new Failure('not_found', `There is no token ${id}.`);
    return token;
  }

  private get tokens() {
    return this.dataSource.getRepository(ApiToken);
  }
}
