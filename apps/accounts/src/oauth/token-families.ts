import { Injectable, Logger } from '@nestjs/common';
import { hashApiKey, newApiKey } from '@refundry/auth';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import type { AuthenticatedClient } from './oauth-client-authentication.js';
import { narrowed } from './oauth-scope.js';

/** How long an access token opens something; the documents' clients are told so. */
export const accessSeconds = 36_000;
/** How long a refresh token may wait for its use. */
const refreshSeconds = 30 * 86_400;
/**
 * The existing client's processes share a file of tokens: within this time after its use a refresh token came from
 * another of them.
 */
const sharedSeconds = 60;

/** Tokens as their owner gets them; stored are only their hashes. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The scope of the access token. */
  readonly scopes: readonly string[];
}

const use = `
  update oauth_token_pair pair set refresh_used_date = now()
  from oauth_family family join oauth_user owner on owner.id = family.user_id
  where pair.refresh_hash = $1 and pair.refresh_used_date is null and pair.refresh_expires_date > now()
    and family.id = pair.family_id and family.client_id = $2 and family.revoked_date is null and owner.is_active
  returning family.id, family.scopes`;

const revokeReused = `
  update oauth_family family set revoked_date = now() from oauth_token_pair pair
  where pair.refresh_hash = $1 and pair.refresh_used_date < now() - interval '${sharedSeconds} seconds'
    and family.id = pair.family_id and family.client_id = $2 and family.revoked_date is null
  returning family.id`;

const add = `
  insert into oauth_token_pair (family_id, access_hash, access_scopes, access_expires_date, refresh_hash,
    refresh_expires_date)
  values ($1, $2, $3, now() + interval '${accessSeconds} seconds', $4, now() + interval '${refreshSeconds} seconds')`;

interface Family {
  readonly id: string;
  readonly scopes: readonly string[];
}

/**
 * The pairs of tokens that descend from a login. A refresh gives a new pair; the access token of before goes on until
 * it expires.
 */
@Injectable()
export class TokenFamilies {
  private readonly logger = new Logger('TokenFamilies');

  constructor(private readonly transactions: Transactions) {}

  /** The first pair of a login. */
  async begin(
    transaction: EntityManager,
    client: AuthenticatedClient,
    user: number,
    scopes: readonly string[],
  ): Promise<TokenPair> {
    const [family] = await transaction.query<{ id: string }[]>(
      'insert into oauth_family (client_id, user_id, scopes) values ($1, $2, $3) returning id',
      [client.id, user, scopes],
    );
    return this.addPair(transaction, String(family?.id), scopes);
  }

  /**
   * A new pair for a refresh token, which serves once. One that is used again much later has been stolen, or its
   * successor has (RFC 9700, section 4.14): then the whole family ends.
   *
   * @returns undefined for a refresh token that opens nothing
   * @throws Failure `invalid_scope`; the refresh token may be used again
   */
  refresh(client: AuthenticatedClient, refreshToken: string, scope?: string): Promise<TokenPair | undefined> {
    const parameters = [hashApiKey(refreshToken), client.id];
    return this.transactions.run(client, async (transaction) => {
      const [[family]] = await transaction.query<[Family[], number]>(use, parameters);
      if (family) return this.addPair(transaction, family.id, narrowed(family.scopes, scope));
      const [[revoked]] = await transaction.query<[{ id: string }[], number]>(revokeReused, parameters);
      if (revoked)
        this.logger.warn({ ...client, family: revoked.id, msg: 'a refresh token was used again: its family ends' });
      return undefined;
    });
  }

  private async addPair(transaction: EntityManager, family: string, scopes: readonly string[]): Promise<TokenPair> {
    const [accessToken, refreshToken] = [newApiKey(), newApiKey()];
    await transaction.query(add, [family, hashApiKey(accessToken), scopes, hashApiKey(refreshToken)]);
    return { accessToken, refreshToken, scopes };
  }
}
