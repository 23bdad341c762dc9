import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hashPassword } from '@refundry/auth';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OAuthUser } from './oauth-user.entity.js';

interface NewOAuthUser {
  /** The account's name. */
  account: string;
  username: string;
  password: string;
}

/** A user who logs in with a password, for operators. */
@Injectable()
export class OAuthUsersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  /** @throws Failure `conflict` when the account has a user of this name */
  async create({ account: name, username, password }: NewOAuthUser): Promise<OAuthUser> {
    const account = await this.accounts.named(name);
    const { identifiers } = await this.users
      .createQueryBuilder()
      .insert()
      .values({ account, username, passwordHash: await hashPassword(password), isActive: true })
      .orIgnore()
      .execute();
    if (!identifiers[0]) throw new Failure('conflict', `${name} has a user named ${username} already.`);
    return this.withId(Number(identifiers[0].id));
  }

  async list(account: string): Promise<OAuthUser[]> {
    const { id } = await this.accounts.named(account);
    return this.users.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Gives the user a new password; what was issued for the old one ends. */
  async rotate(id: number, password: string): Promise<OAuthUser> {
    const passwordHash = await hashPassword(password);
    await this.dataSource.transaction(async (transaction) => {
      await transaction.update(OAuthUser, { id }, { passwordHash });
      await transaction.query(
        'update oauth_family set revoked_date = now() where user_id = $1 and revoked_date is null',
        [id],
      );
    });
    return this.withId(id);
  }

  /** A disabled user's password and tokens open nothing; enabled again, those that have not expired do. */
  async setActive(id: number, isActive: boolean): Promise<OAuthUser> {
    await this.users.update({ id }, { isActive });
    return this.withId(id);
  }

  private async withId(id: number): Promise<OAuthUser> {
    const user = await this.users.findOne({ where: { id }, relations: { account: true } });
    if (!user) throw new Failure('not_found', `There is no OAuth user ${id}.`);
    return user;
  }

  private get users() {
    return this.dataSource.getRepository(OAuthUser);
  }
}
