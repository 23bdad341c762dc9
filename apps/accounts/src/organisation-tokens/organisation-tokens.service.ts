import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { newSigningKey, type Encrypter } from '@refundry/auth';
import { Failure } from '@refundry/errors';
import { DataSource, IsNull } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OrganisationToken, organisationTokenPurpose } from './organisation-token.entity.js';

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

const end = `update organisation_token set revoked_date = now(), sealed_token = null where account_id = $1
  and revoked_date is null`;
const endNamed = `${end} and name = $2`;
const endOne = `${end} and id = $2`;
const countLive = `select count(*)::integer as live from organisation_token where account_id = $1
  and revoked_date is null
  and expires_date > now()`;
const issue = `
  insert into organisation_token (account_id, name, sealed_token, scopes, expires_date)
  values ($1, $2, $3, $4, now() + $5::interval) returning id`;

const alive = `select id, account_id as account, sealed_token as sealed from organisation_token
  where sealed_token is not null
  order by id for update`;

/** Which organisation tokens there are, for operators. An account has one of each name at a time. */
@Injectable()
export class OrganisationTokensService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
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
      await transaction.query('select from account where id = $1 for update', [account]);
      await transaction.query(endNamed, [account, name]);
      const [{ live } = { live: 0 }] = await transaction.query<{ live: number }[]>(countLive, [account]);
      if (live >= maxLiveTokens) throw tooManyTokens(accountName, live);
      const sealed = encrypter.encrypt(characters, organisationTokenPurpose(account));
      const [issued] = await transaction.query<{ id: number }[]>(issue, [account, name, sealed, scopes, lifetime]);
      return Number(issued?.id);
    });
    return { characters, token: await this.withId(id) };
  }

  async list(account: string): Promise<OrganisationToken[]> {
    const { id } = await this.accounts.named(account);
    return this.tokens.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Ends one of the account's tokens. @throws Failure as `chosen` does */
  async revoke(choice: TokenChoice): Promise<OrganisationToken> {
    const { id, account } = await this.chosen(choice);
    await this.dataSource.query(endOne, [account.id, id]);
    return this.withId(id);
  }

  /**
   * The characters of one of the account's tokens, for signing; of several the default one, unless another is named.
   *
   * @throws Failure as `chosen` does
   */
  async charactersOf(choice: TokenChoice, encrypter: Encrypter): Promise<string> {
    const { sealedToken, account } = await this.chosen(choice, defaultTokenName);
    return encrypter.decrypt(sealedToken ?? '', organisationTokenPurpose(account.id));
  }

  /** Encrypts every token that is alive with the key that now comes first. @returns how many there are */
  rotateKey(encrypter: Encrypter): Promise<number> {
    return this.dataSource.transaction(async (transaction) => {
      const tokens = await transaction.query<{ id: number; account: number; sealed: string }[]>(alive);
      for (const { id, account, sealed } of tokens)
        await transaction.query('update organisation_token set sealed_token = $2 where id = $1', [
          id,
          encrypter.rotateKey(sealed, organisationTokenPurpose(account)),
        ]);
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
    const live = await this.tokens.find({
      where: { account: { id: accountId }, revokedDate: IsNull() },
      relations: { account: true },
      select: { id: true, name: true, sealedToken: true, account: { id: true } },
      order: { id: 'asc' },
    });
    const matching = live.filter(
      (one) => (name === undefined || one.name === name) && (tokenId === undefined || one.id === tokenId),
    );
    const token = matching.length === 1 ? matching[0] : matching.find((one) => one.name === preferred);
    if (!token) throw matching.length === 0 ? noToken(accountName, live) : severalTokens(accountName, live);
    return token;
  }

  private withId(id: number): Promise<OrganisationToken> {
    return this.tokens.findOneOrFail({ where: { id }, relations: { account: true } });
  }

  private get tokens() {
    return this.dataSource.getRepository(OrganisationToken);
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
