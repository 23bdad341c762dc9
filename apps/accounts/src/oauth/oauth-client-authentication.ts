import { Injectable } from '@nestjs/common';
import { hashApiKey } from '@refundry/auth';
import type { TokenRequest } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool } from '@refundry/persistence';

/** The client that requests tokens. */
export interface AuthenticatedClient {
  readonly id: number;
  readonly account: number;
}

const find = `
  select client.id, client.account_id, account.is_active from oauth_client client
  join account on account.id = client.account_id
  where client.client_id = $1 and client.secret_hash = $2 and client.revoked_date is null`;

/** Knows clients by their secret (RFC 6749, section 2.3.1). */
@Injectable()
export class OAuthClientAuthentication {
  constructor(private readonly readPool: ReadPool) {}

  /** @throws Failure `invalid_client`; `unauthorized_client` when its account is disabled */
  async clientOf({ client_id: clientId = '', client_secret: secret = '' }: TokenRequest): Promise<AuthenticatedClient> {
    const [row] = await this.readPool.rows({
      account: 'any',
      text: find,
      values: [clientId, hashApiKey(secret)],
      isPrepared: true,
    });
    if (!row) throw new Failure('invalid_client', 'Client authentication failed.');
    const [id, account, isActive] = row;
    if (isActive !== 't') throw new Failure('unauthorized_client', 'The account of this client is inactive.');
    return { id: Number(id), account: Number(account) };
  }
}
