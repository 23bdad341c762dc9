import { Injectable } from '@nestjs/common';
import type { TokenAnswer, TokenRequest } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Logins } from './logins.js';
import { OAuthClientAuthentication, type AuthenticatedClient } from './oauth-client-authentication.js';
import { narrowed, scopeText, wholeScope } from './oauth-scope.js';
import { TokenFamilies, type TokenPair } from './token-families.js';
import { accessSeconds } from './token-families.sql.js';

type Grant = (client: AuthenticatedClient, request: TokenRequest) => Promise<TokenPair>;

/** Issues tokens for a password or a refresh token (RFC 6749, sections 4.3 and 6). */
@Injectable()
export class TokenEndpoint {
  private readonly grants = new Map<string, Grant>([
    ['password', (client, request) => this.byPassword(client, request)],
    ['refresh_token', (client, request) => this.byRefreshToken(client, request)],
  ]);

  constructor(
    private readonly clients: OAuthClientAuthentication,
    private readonly logins: Logins,
    private readonly families: TokenFamilies,
  ) {}

  /** @throws Failure as RFC 6749, section 5.2, has it; `throttled`, `busy_account`, `overloaded` */
  async issue(request: TokenRequest): Promise<TokenAnswer> {
    const grant = this.grants.get(required(request, 'grant_type'));
    if (!grant) throw new Failure('unsupported_grant_type', 'The grant type is neither password nor refresh_token.');
    const { accessToken, refreshToken, scopes } = await grant(await this.clients.clientOf(request), request);
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: accessSeconds,
      refresh_token: refreshToken,
      scope: scopeText(scopes),
    };
  }

  private async byPassword(client: AuthenticatedClient, request: TokenRequest): Promise<TokenPair> {
    const [username, password] = [required(request, 'username'), required(request, 'password')];
    const pair = await this.logins.logIn({ client, username, password, scopes: narrowed(wholeScope, request.scope) });
    if (!pair) throw new Failure('invalid_grant', 'Invalid credentials given.');
    return pair;
  }

  private async byRefreshToken(client: AuthenticatedClient, request: TokenRequest): Promise<TokenPair> {
    const pair = await this.families.refresh(client, required(request, 'refresh_token'), request.scope);
    if (!pair) throw new Failure('invalid_grant', 'The refresh token is unknown, used or expired.');
    return pair;
  }
}

/** @throws Failure `invalid_request` */
function required(request: TokenRequest, parameter: keyof TokenRequest): string {
  const value = request[parameter];
  if (!value) throw new Failure('invalid_request', `Request is missing ${parameter} parameter.`);
  return value;
}
