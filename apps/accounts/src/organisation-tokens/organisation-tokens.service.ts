import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { newSigningKey, type Vault } from '@refundry/auth';
import { Failure } from '@refundry/resource';
import { DataSource, IsNull } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OrganisationToken, organisationTokenPurpose } from './organisation-token.entity.js';

/** How long an organisation token may last, as PostgreSQL's intervals. */
export const lifetimes = ['1 day', '1 week', '15 days', '1 month', '3 months'] as const;

interface NewOrganisationToken {
  /** The account's name. */
  account: string;
  lifetime: (typeof lifetimes)[number];
  scopes: readonly string[];
}

/** An organisation token together with its characters, which are shown once. */
export interface IssuedOrganisationToken {
  characters: string;
  token: OrganisationToken;
}

const end = 'update organisation_token set revoked_date = now(), sealed_token = null where account_id = $1 and revoked_date is null returning id';
const issue = 'insert into organisation_token (account_id, sealed_token, scopes, expires_date) values ($1, $2, $3, now() + $4::interval) returning id';

const alive = 'select id, account_id as account, sealed_token as sealed from organisation_token where sealed_token is not null order by id for update';

/** Which organisation tokens there are, for operators. An account has one at a time. */
@Injectable()
export class OrganisationTokensService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  /** Issues a token, which ends the one before. */
  async create({ account: name, lifetime, scopes }: NewOrganisationToken, vault: Vault): Promise<IssuedOrganisationToken> {
    const { id: account } = await this.accounts.named(name);
    const characters = newSigningKey();
    const id = await this.dataSource.transaction(async (transaction) => {
      // Of two at once the later ends the earlier.
      await transaction.query('select from account where id = $1 for update', [account]);
      await transaction.query(end, [account]);
      const [issued] = await transaction.query<{ id: number }[]>(issue, [account, vault.seal(characters, organisationTokenPurpose(account)), scopes, lifetime]);
      return Number(issued?.id);
    });
    return { characters, token: await this.withId(id) };
  }

  async list(account: string): Promise<OrganisationToken[]> {
    const { id } = await this.accounts.named(account);
    return this.tokens.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Ends the account's token. @throws Failure `not_found` when it has none */
  async revoke(name: string): Promise<OrganisationToken> {
    const { id: account } = await this.accounts.named(name);
    const [[ended]] = await this.dataSource.query<[{ id: number }[], number]>(end, [account]);
    if (!ended) throw noToken(name);
    return this.withId(ended.id);
  }

  /** The characters of the account's token, for signing. @throws Failure `not_found` when it has none */
  async charactersOf(name: string, vault: Vault): Promise<string> {
    const { id } = await this.accounts.named(name);
    const token = await this.tokens.findOne({ where: { account: { id }, revokedDate: IsNull() }, select: { id: true, sealedToken: true } });
    if (!token?.sealedToken) throw noToken(name);
    return vault.open(token.sealedToken, organisationTokenPurpose(id));
  }

  /** Seals every token that is alive with the key that now comes first. @returns how many there are */
  reseal(vault: Vault): Promise<number> {
    return this.dataSource.transaction(async (transaction) => {
      const tokens = await transaction.query<{ id: number; account: number; sealed: string }[]>(alive);
      for (const { id, account, sealed } of tokens) await transaction.query('update organisation_token set sealed_token = $2 where id = $1', [id, vault.reseal(sealed, organisationTokenPurpose(account))]);
      return tokens.length;
    });
  }

  private withId(id: number): Promise<OrganisationToken> {
    return this.tokens.findOneOrFail({ where: { id }, relations: { account: true } });
  }

  private get tokens() {
    return this.dataSource.getRepository(OrganisationToken);
  }
}

const noToken = (account: string): Failure => new Failure('not_found', `${account} has no organisation token.`);
