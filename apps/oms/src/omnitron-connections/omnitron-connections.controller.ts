import { Controller } from '@nestjs/common';
import { resealOmnitronConnection, setOmnitronConnection, type OmnitronConnection, type OmnitronConnectionOwner, type ResealedConnection } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { OmnitronConnectionsService } from './omnitron-connections.service.js';

@Controller()
export class OmnitronConnectionsController {
  constructor(private readonly connections: OmnitronConnectionsService) {}

  @Handles(setOmnitronConnection)
  set({ input }: OperationRequest<OmnitronConnection>): Promise<void> {
    return this.connections.set(input);
  }

  @Handles(resealOmnitronConnection)
  async reseal({ input }: OperationRequest<OmnitronConnectionOwner>): Promise<ResealedConnection> {
    return { is_there: await this.connections.reseal(input.account) };
  }
}
