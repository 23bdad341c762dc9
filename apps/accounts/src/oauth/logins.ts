import { Injectable } from '@nestjs/common';
import { isPasswordOf, noPassword } from '@refundry/auth';
import { Semaphore, ConcurrencyLimiter } from '@refundry/concurrency';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { LoginAttempts } from './login-attempts.js';
import type { AuthenticatedClient } from './oauth-client-authentication.js';
import { OAuthUsersRepository, type KnownUser } from './oauth-users.repository.js';
import { TokenFamilies, type TokenPair } from './token-families.js';

/** A password takes 19 MiB and a thread of Node's four. */
const maxConcurrentPasswords = 2;
const passwordsWaiting = 32;
/**
 * Share of one account in the passwords that are compared or queued: an account that floods us keeps out only itself.
 */
const passwordsOfAccount = 17;

export interface Login {
  readonly client: AuthenticatedClient;
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
}

/** Lets in who knows the password of a user of the client's account. */
@Injectable()
export class Logins {
  private readonly semaphore = new Semaphore({ max: maxConcurrentPasswords });
  private readonly limiter = new ConcurrencyLimiter({
    max: maxConcurrentPasswords + passwordsWaiting,
    maxPerKey: passwordsOfAccount,
  });

  constructor(
    private readonly transactions: Transactions,
    private readonly attempts: LoginAttempts,
    private readonly users: OAuthUsersRepository,
    private readonly families: TokenFamilies,
  ) {}

  /**
   * An unknown user takes as long as a wrong password.
   *
   * @returns undefined for a user or a password that is not to be let in
   * @throws Failure `throttled`, `busy_account`, `overloaded`
   */
  async logIn(login: Login): Promise<TokenPair | undefined> {
    const release = this.limiter.acquire(login.client.account);
    try {
      return await this.semaphore.run(() => this.inTurn(login));
    } finally {
      release();
    }
  }

  private async inTurn(login: Login): Promise<TokenPair | undefined> {
    const user = await this.transactions.run(login.client, (transaction) => this.attempt(transaction, login));
    const isRight = await isPasswordOf(user?.passwordHash ?? noPassword, login.password);
    return user && isRight
      ? this.transactions.run(login.client, (transaction) => this.succeed(transaction, login, user))
      : undefined;
  }

  private async attempt(transaction: EntityManager, { client, username }: Login): Promise<KnownUser | null> {
    await this.attempts.begin(transaction, client.id, username);
    return this.users.named(transaction, client.account, username);
  }

  private async succeed(
    transaction: EntityManager,
    { client, username, scopes }: Login,
    user: KnownUser,
  ): Promise<TokenPair | undefined> {
    if (!(await this.users.isStill(transaction, user))) return undefined;
    await this.attempts.succeed(transaction, client.id, username);
    return this.families.begin(transaction, client, user.id, scopes);
  }
}
