import { Controller } from '@nestjs/common';
import { byOperator } from '@refundry/audit';
import {
  listSyncProblems,
  reportSync,
  startSync,
  type SyncOrder,
  type SyncProblems,
  type SyncReport,
  type SyncStarted,
  type SyncTarget,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { requireStep } from './require-step.js';
import { SetupService } from './setup.service.js';

/** The questions of the operators' command line about the steps. */
@Controller()
export class SyncController {
  constructor(private readonly setup: SetupService) {}

  @Handles(startSync)
  async start(request: OperationRequest<SyncOrder>): Promise<SyncStarted> {
    const { account, step, is_full: isFull = false } = request.input;
    const orderedBy = byOperator(request, account);
    return {
      is_new: isFull
        ? await this.setup.compare(account, requireStep(step), orderedBy)
        : await this.setup.execute(account, requireStep(step), orderedBy),
    };
  }

  @Handles(reportSync)
  report({ input: { account, step } }: OperationRequest<SyncTarget>): Promise<SyncReport> {
    return this.setup.report(account, requireStep(step));
  }

  @Handles(listSyncProblems)
  problems({ input: { account, step } }: OperationRequest<SyncTarget>): Promise<SyncProblems> {
    return this.setup.listProblems(account, requireStep(step));
  }
}
