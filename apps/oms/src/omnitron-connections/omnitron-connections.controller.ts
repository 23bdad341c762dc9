import { Controller } from '@nestjs/common';
import {
  resealOmnitronConnection, setOmnitronConnection, showOmnitronConnection, testOmnitronConnection, tryOmnitronConnection,
  type OmnitronConnection, type OmnitronConnectionOwner, type OmnitronLoginTest, type ResealedConnection, type ShownOmnitronConnection,
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
  set({ input }: OperationRequest<OmnitronConnection>): Promise<void> {
    return this.connections.set(input);
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

  @Handles(resealOmnitronConnection)
  async reseal({ input }: OperationRequest<OmnitronConnectionOwner>): Promise<ResealedConnection> {
    return { is_there: await this.connections.reseal(input.account) };
  }
}
