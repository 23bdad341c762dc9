import { Controller } from '@nestjs/common';
import { setOmnitronConnection, type OmnitronConnection } from '@refundry/contracts';
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
}
