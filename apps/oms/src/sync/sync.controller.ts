import { Controller } from '@nestjs/common';
import { reportSync, startSync, type SyncReport, type SyncStarted, type SyncTarget } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { requireStep } from './require-step.js';
import { SetupService } from './setup.service.js';

/** What the operators' command line asks about the steps. */
@Controller()
export class SyncController {
  constructor(private readonly setup: SetupService) {}

  @Handles(startSync)
  async start({ input: { account, step } }: OperationRequest<SyncTarget>): Promise<SyncStarted> {
    return { is_new: await this.setup.execute(account, requireStep(step)) };
  }

  @Handles(reportSync)
  report({ input: { account, step } }: OperationRequest<SyncTarget>): Promise<SyncReport> {
    return this.setup.report(account, requireStep(step));
  }
}
