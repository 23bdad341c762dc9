import { Controller } from '@nestjs/common';
import { verifyCredential, type CredentialFamily, type PresentedCredential, type Verdict } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { ApiKeyVerifier } from '../api-tokens/api-key-verifier.js';
import { AccessTokenVerifier } from '../oauth/access-token-verifier.js';

/** Says what a hash stands for in the scheme of one family. */
interface Verifier {
  verify(hash: string): Promise<Verdict>;
}

@Controller()
export class CredentialsController {
  private readonly verifiers: Readonly<Record<CredentialFamily, Verifier>>;

  constructor(apiKeys: ApiKeyVerifier, accessTokens: AccessTokenVerifier) {
    this.verifiers = { oms: apiKeys, retail: accessTokens };
  }

  @Handles(verifyCredential)
  verify({ input }: OperationRequest<PresentedCredential>): Promise<Verdict> {
    return this.verifiers[input.family].verify(input.hash);
  }
}
