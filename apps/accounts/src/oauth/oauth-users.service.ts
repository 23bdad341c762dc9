import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hashPassword } from '@refundry/auth';
import { oauthUserDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OperatorDecisions } from '../audit/operator-decisions.js';
import type { OAuthUser } from './oauth-user.entity.js';
import { OAuthUsersRepository } from './oauth-users.repository.js';
import { revokeFamiliesOf } from './token-families.sql.js';

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
    private readonly users: OAuthUsersRepository,
    private readonly decisions: OperatorDecisions,
  ) {}

  /** @throws Failure `conflict` when the account has a user of this name */
  async create({ account: name, username, password }: NewOAuthUser): Promise<OAuthUser> {
    const account = await this.accounts.named(name);
    const passwordHash = await hashPassword(password);
    const id = await this.dataSource.transaction(async (transaction) => {
      const subject = await this.users.add(transaction, { account, username, passwordHash });
      if (subject === undefined) throw new Failure('conflict', `${name} has a user named ${username} already.`);
      const after = { username, is_active: true };
      await this.decisions.record(transaction, account.id, { action: oauthUserDecisions.created, subject, after });
      return subject;
    });
    return this.withId(id);
  }

  async list(account: string): Promise<OAuthUser[]> {
    const { id } = await this.accounts.named(account);
    return this.users.ofAccount(this.dataSource.manager, id);
  }

  /** Gives the user a new password; what was issued for the old one ends. */
  async rotate(id: number, password: string): Promise<OAuthUser> {
    const passwordHash = await hashPassword(password);
    const { account, username } = await this.withId(id);
    await this.dataSource.transaction(async (transaction) => {
      await this.users.setPassword(transaction, { id, passwordHash });
      await revokeFamiliesOf(transaction, id);
      await this.decisions.record(transaction, account.id, {
        action: oauthUserDecisions.password_changed,
        subject: id,
        before: { username },
      });
    });
    return this.withId(id);
  }

  /** A disabled user's password and tokens open nothing; enabled again, those that have not expired do. */
  async setActive(id: number, isActive: boolean): Promise<OAuthUser> {
    const { account, username, isActive: wasActive } = await this.withId(id);
    await this.dataSource.transaction(async (transaction) => {
      await this.users.setActive(transaction, id, isActive);
      await this.decisions.record(transaction, account.id, {
        action: isActive ? oauthUserDecisions.enabled : oauthUserDecisions.disabled,
        subject: id,
        before: { username, is_active: wasActive },
        after: { username, is_active: isActive },
      });
    });
    return this.withId(id);
  }

  private async withId(id: number): Promise<OAuthUser> {
    const user = await this.users.withId(this.dataSource.manager, id);
    if (!user) throw new Failure('not_found', `There is no OAuth user ${id}.`);
    return user;
  }
}
