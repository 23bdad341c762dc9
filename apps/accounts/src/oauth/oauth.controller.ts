import { Controller } from '@nestjs/common';
import { issueToken, TokenRequest, type TokenAnswer } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Handles } from '@refundry/messaging';
import { read, type ActionRequest } from '@refundry/resource';
import { TokenEndpoint } from './token-endpoint.js';

@Controller()
export class OAuthController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Handles(issueToken)
  issue({ input, client }: ActionRequest<TokenRequest>): Promise<TokenAnswer> {
    return this.endpoint.issue(withClient(input, client));
  }
}

/** A client gives its credentials in the body or by HTTP Basic authentication, never both ways (RFC 6749 §2.3). */
function withClient(input: TokenRequest, client: ActionRequest<TokenRequest>['client']): TokenRequest {
  if (!client) return input;
  if (input.client_secret) throw new Failure('invalid_request', 'The client gave its credentials twice.');
  if (input.client_id && input.client_id !== client.id)
    throw new Failure('invalid_request', 'The client gave two names.');
  return read(TokenRequest, { ...(input as object), client_id: client.id, client_secret: client.secret });
}
