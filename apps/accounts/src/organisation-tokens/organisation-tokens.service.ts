import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { newSigningKey, type Encrypter } from '@refundry/auth';
import { organisationTokenDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OperatorDecisions } from '../audit/operator-decisions.js';
import { organisationTokenPurpose, type OrganisationToken } from './organisation-token.entity.js';
import { OrganisationTokensRepository } from './organisation-tokens.repository.js';

/** How long an organisation token may last, as PostgreSQL's intervals. */
export const lifetimes = ['1 day', '1 week', '15 days', '1 month', '3 months'] as const;

/** The name of a token that is issued without one. */
export const defaultTokenName = 'default';
/** The number of live tokens of an account; a signature is verified with each of them in turn. */
export const maxLiveTokens = 10;

interface NewOrganisationToken {
  /** The account's name. */
  account: string;
  /** The token's own. */
  name?: string | undefined;
  lifetime: (typeof lifetimes)[number];
  scopes: readonly string[];
}

/** An organisation token together with its characters, which are shown once. */
export interface IssuedOrganisationToken {
  characters: string;
  token: OrganisationToken;
}

/** One token of an account, by what an operator knows of it; neither is needed where there is one only. */
export interface TokenChoice {
  /** The account's name. */
  account: string;
  name?: string | undefined;
  id?: number | undefined;
}

/** Which organisation tokens there are, for operators. An account has one of each name at a time. */
@Injectable()
export class OrganisationTokensService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    private readonly tokens: OrganisationTokensRepository,
    private readonly decisions: OperatorDecisions,
  ) {}

  /**
   * Issues a token, which ends the one before of the same name, and no other.
   *
   * @throws Failure `conflict` where the account has too many
   */
  async create(
    { account: accountName, name = defaultTokenName, lifetime, scopes }: NewOrganisationToken,
    encrypter: Encrypter,
  ): Promise<IssuedOrganisationToken> {
    const { id: account } = await this.accounts.named(accountName);
    const characters = newSigningKey();
    const id = await this.dataSource.transaction(async (transaction) => {
      // Of two at once the later ends the earlier.
      await this.tokens.lockAccount(transaction, account);
      await this.tokens.endNamed(transaction, account, name);
      const live = await this.tokens.countLive(transaction, account);
      if (live >= maxLiveTokens) throw tooManyTokens(accountName, live);
      const sealedToken = encrypter.encrypt(characters, organisationTokenPurpose(account));
      const token = { accountId: account, name, sealedToken, scopes: [...scopes], lifetime };
      const subject = await this.tokens.add(transaction, token);
      await this.decisions.record(transaction, account, {
        action: organisationTokenDecisions.created,
        subject,
        after: { name, scopes, lifetime },
      });
      return subject;
    });
    return { characters, token: await this.withId(id) };
  }

  async list(account: string): Promise<OrganisationToken[]> {
    const { id } = await this.accounts.named(account);
    return this.tokens.ofAccount(this.dataSource.manager, id);
  }

  /** Ends one of the account's tokens. @throws Failure as `chosen` does */
  async revoke(choice: TokenChoice): Promise<OrganisationToken> {
    const { id, accountId, name } = await this.chosen(choice);
    await this.dataSource.transaction(async (transaction) => {
      await this.tokens.endOne(transaction, accountId, id);
      await this.decisions.record(transaction, accountId, {
        action: organisationTokenDecisions.revoked,
        subject: id,
        before: { name },
      });
    });
    return this.withId(id);
  }

  /**
   * The characters of one of the account's tokens, for signing; of several the default one, unless another is named.
   *
   * @throws Failure as `chosen` does
   */
  async charactersOf(choice: TokenChoice, encrypter: Encrypter): Promise<string> {
    const { sealedToken, accountId } = await this.chosen(choice, defaultTokenName);
    return encrypter.decrypt(sealedToken ?? '', organisationTokenPurpose(accountId));
  }

  /** Encrypts every token that is alive with the key that now comes first. @returns how many there are */
  rotateKey(encrypter: Encrypter): Promise<number> {
    return this.dataSource.transaction(async (transaction) => {
      const tokens = await this.tokens.lockEncrypted(transaction);
      for (const { id, accountId, sealedToken } of tokens) {
        const reencrypted = encrypter.rotateKey(sealedToken ?? '', organisationTokenPurpose(accountId));
        await this.tokens.replaceEncrypted(transaction, id, reencrypted);
        await this.decisions.record(transaction, accountId, {
          action: organisationTokenDecisions.key_rotated,
          subject: id,
        });
      }
      return tokens.length;
    });
  }

  /**
   * @param preferred name of the token that is meant where several would do
   * @throws Failure `not_found` where the account has no such token; `conflict` where it has several and none is named
   */
  private async chosen(
    { account: accountName, name, id: tokenId }: TokenChoice,
    preferred?: string,
  ): Promise<OrganisationToken> {
    const { id: accountId } = await this.accounts.named(accountName);
    const live = await this.tokens.unrevokedOf(this.dataSource.manager, accountId);
    const matching = live.filter(
      (one) => (name === undefined || one.name === name) && (tokenId === undefined || one.id === tokenId),
    );
    const token = matching.length === 1 ? matching[0] : matching.find((one) => one.name === preferred);
    if (!token) throw matching.length === 0 ? noToken(accountName, live) : severalTokens(accountName, live);
    return token;
  }

  private withId(id: number): Promise<OrganisationToken> {
    return this.tokens.withId(this.dataSource.manager, id);
  }
}

const namesOf = (tokens: readonly OrganisationToken[]): string => tokens.map(({ name }) => name).join(', ');

const tooManyTokens = (account: string, live: number): Failure =>
  new Failure('conflict', `${account} has ${live} organisation tokens, the most there can be. Revoke one first.`);

const noToken = (account: string, live: readonly OrganisationToken[]): Failure =>
  new Failure(
    'not_found',
    live.length === 0
      ? `${account} has no organisation token.`
      : `${account} has no such organisation token; it has ${namesOf(live)}.`,
  );

const severalTokens = (account: string, live: readonly OrganisationToken[]): Failure =>
  new Failure('conflict', `${account} has several organisation tokens: ${namesOf(live)}. Name one of them.`);
