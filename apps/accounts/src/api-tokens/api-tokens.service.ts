import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hashApiKey, newApiKey } from '@refundry/auth';
import { apiTokenDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { DataSource, IsNull, type QueryDeepPartialEntity } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OperatorDecisions } from '../audit/operator-decisions.js';
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
    private readonly decisions: OperatorDecisions,
  ) {}

  async create({ account, label, scopes, expiresDate }: NewApiToken): Promise<IssuedApiToken> {
    const key = newApiKey();
    const owner = await this.accounts.named(account);
    const token = { account: owner, label, hash: hashApiKey(key), scopes: [...scopes], expiresDate };
    const id = await this.dataSource.transaction(async (transaction) => {
      const { identifiers } = await transaction.insert(ApiToken, token);
      const subject = Number(identifiers[0]?.id);
      await this.decisions.record(transaction, owner.id, {
        action: apiTokenDecisions.created,
        subject,
        after: { label, scopes, expires: expiresDate },
      });
      return subject;
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
    const change = { hash: hashApiKey(key), lastUsedDate: null };
    if (!(await this.changed(id, change, apiTokenDecisions.rotated)))
      throw new Failure('not_found', `There is no unrevoked token ${id}.`);
    return { key, token: await this.withId(id) };
  }

  async revoke(id: number): Promise<ApiToken> {
    await this.changed(id, { revokedDate: () => 'now()' }, apiTokenDecisions.revoked);
    return this.withId(id);
  }

  /** @returns whether there was such a token, and it was not revoked */
  private async changed(
    id: number,
    change: QueryDeepPartialEntity<ApiToken>,
    action: (typeof apiTokenDecisions)['rotated' | 'revoked'],
  ): Promise<boolean> {
    return this.dataSource.transaction(async (transaction) => {
      const { affected } = await transaction.update(ApiToken, { id, revokedDate: IsNull() }, change);
      if (!affected) return false;
      const where = { where: { id }, relations: { account: true } };
      const { account, label, scopes, expiresDate } = await transaction.findOneOrFail(ApiToken, where);
      await this.decisions.record(transaction, account.id, {
        action,
        subject: id,
        before: { label, scopes, expires: expiresDate },
      });
      return true;
    });
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
