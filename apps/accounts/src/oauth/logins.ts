import { Injectable } from '@nestjs/common';
import { isPasswordOf, noPassword } from '@refundry/auth';
import { Semaphore, ConcurrencyLimiter } from '@refundry/concurrency';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { LoginAttempts } from './login-attempts.js';
import type { AuthenticatedClient } from './oauth-client-authentication.js';
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

interface StoredUser {
  readonly id: number;
  readonly password_hash: string;
}

/** A password that is changed meanwhile, and the tokens that end with it, wait for a login by the old one. */
const stillThatUser = 'select from oauth_user where id = $1 and password_hash = $2 and is_active for share';

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
    const isRight = await isPasswordOf(user?.password_hash ?? noPassword, login.password);
    return user && isRight
      ? this.transactions.run(login.client, (transaction) => this.succeed(transaction, login, user))
      : undefined;
  }

  private async attempt(transaction: EntityManager, { client, username }: Login): Promise<StoredUser | undefined> {
    await this.attempts.begin(transaction, client.id, username);
    const [user] = await transaction.query<StoredUser[]>(
      'select id, password_hash from oauth_user where account_id = $1 and username = $2',
      [client.account, username],
    );
    return user;
  }

  private async succeed(
    transaction: EntityManager,
    { client, username, scopes }: Login,
    user: StoredUser,
  ): Promise<TokenPair | undefined> {
    const stillThere = await transaction.query<unknown[]>(stillThatUser, [user.id, user.password_hash]);
    if (stillThere.length === 0) return undefined;
    await this.attempts.succeed(transaction, client.id, username);
    return this.families.begin(transaction, client, user.id, scopes);
  }
}
