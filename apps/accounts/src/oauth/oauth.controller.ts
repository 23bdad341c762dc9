import { Controller } from '@nestjs/common';
import { issueToken, type TokenAnswer, type TokenRequest } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { TokenEndpoint } from './token-endpoint.js';

@Controller()
export class OAuthController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Handles(issueToken)
  issue({ input }: OperationRequest<TokenRequest>): Promise<TokenAnswer> {
    return this.endpoint.issue(input);
  }
}
