import { Controller } from '@nestjs/common';
import { verifyDomain, type DomainVerdict, type PresentedDomain } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { DomainVerifier } from './domain-verifier.js';

@Controller()
export class DomainsController {
  constructor(private readonly verifier: DomainVerifier) {}

  @Handles(verifyDomain)
  verify({ input }: OperationRequest<PresentedDomain>): Promise<DomainVerdict> {
    return this.verifier.verify(input.domain);
  }
}
