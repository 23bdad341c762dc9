import { Controller } from '@nestjs/common';
import { verifyApiKey, type ApiKeyHash, type Verdict } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { ApiKeyVerifier } from './api-key-verifier.js';

@Controller()
export class ApiTokensController {
  constructor(private readonly verifier: ApiKeyVerifier) {}

  @Handles(verifyApiKey)
  verify({ input }: OperationRequest<ApiKeyHash>): Promise<Verdict> {
    return this.verifier.verify(input.hash);
  }
}
