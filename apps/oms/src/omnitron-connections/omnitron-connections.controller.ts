import { Controller } from '@nestjs/common';
import { byOperator } from '@refundry/audit';
import {
  rotateOmnitronConnectionKey,
  setOmnitronConnection,
  showOmnitronConnection,
  testOmnitronConnection,
  tryOmnitronConnection,
  type OmnitronConnection,
  type OmnitronConnectionOwner,
  type OmnitronLoginTest,
  type ReencryptedConnection,
  type ShownOmnitronConnection,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { LoginTest } from '../omnitron/login-test.js';
import { OmnitronConnectionsService } from './omnitron-connections.service.js';

@Controller()
export class OmnitronConnectionsController {
  constructor(
    private readonly connections: OmnitronConnectionsService,
    private readonly loginTest: LoginTest,
  ) {}

  @Handles(setOmnitronConnection)
  set(request: OperationRequest<OmnitronConnection>): Promise<void> {
    return this.connections.set(request.input, byOperator(request, request.input.account));
  }

  @Handles(showOmnitronConnection)
  show({ input: { account } }: OperationRequest<OmnitronConnectionOwner>): Promise<ShownOmnitronConnection> {
    return this.connections.show(account);
  }

  @Handles(tryOmnitronConnection)
  async try({ input }: OperationRequest<OmnitronConnection>): Promise<OmnitronLoginTest> {
    return this.loginTest.run(this.connections.credentialsIn(input));
  }

  @Handles(testOmnitronConnection)
  async test({ input: { account } }: OperationRequest<OmnitronConnectionOwner>): Promise<OmnitronLoginTest> {
    return this.loginTest.run(await this.connections.storedCredentials(account));
  }

  @Handles(rotateOmnitronConnectionKey)
  async rotateKey(request: OperationRequest<OmnitronConnectionOwner>): Promise<ReencryptedConnection> {
    return { is_there: await this.connections.rotateKey(byOperator(request, request.input.account)) };
  }
}
