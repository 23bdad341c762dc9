import { Injectable, Logger } from '@nestjs/common';
import { hashApiKey, newApiKey } from '@refundry/auth';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import type { AuthenticatedClient } from './oauth-client-authentication.js';
import { narrowed } from './oauth-scope.js';
import { addFamily, addPair, revokeFamilyOfReused, useRefreshToken } from './token-families.sql.js';

/** Tokens as their owner gets them; stored are only their hashes. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The scope of the access token. */
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
    return issuePair(transaction, await addFamily(transaction, client.id, user, scopes), scopes);
  }

  /**
   * A new pair for a refresh token, which serves once. One that is used again much later has been stolen, or its
   * successor has (RFC 9700, section 4.14): then the whole family ends.
   *
   * @returns undefined for a refresh token that opens nothing
   * @throws Failure `invalid_scope`; the refresh token may be used again
   */
  refresh(client: AuthenticatedClient, refreshToken: string, scope?: string): Promise<TokenPair | undefined> {
    const refreshHash = hashApiKey(refreshToken);
    return this.transactions.run(client, async (transaction) => {
      const family = await useRefreshToken(transaction, refreshHash, client.id);
      if (family) return issuePair(transaction, family.id, narrowed(family.scopes, scope));
      const revoked = await revokeFamilyOfReused(transaction, refreshHash, client.id);
      if (revoked !== undefined)
        this.logger.warn({ ...client, family: revoked, msg: 'a refresh token was used again: its family ends' });
      return undefined;
    });
  }
}

async function issuePair(transaction: EntityManager, family: string, scopes: readonly string[]): Promise<TokenPair> {
  const [accessToken, refreshToken] = [newApiKey(), newApiKey()];
  const [accessHash, refreshHash] = [hashApiKey(accessToken), hashApiKey(refreshToken)];
  await addPair(transaction, family, { accessHash, refreshHash, scopes });
  return { accessToken, refreshToken, scopes };
}
