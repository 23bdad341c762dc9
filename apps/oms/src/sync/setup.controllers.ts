import { Controller, Inject, type Type } from '@nestjs/common';
import { setups, setupSteps, type AsyncResult, type LastRun, type SetupStep } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest } from '@refundry/resource';
import { SetupService } from './setup.service.js';

/** The same five questions and orders for every step. */
function setupController(step: SetupStep): Type {
  const { execute, getAsyncStatus, isRequired, abort, lastRun } = setups[step];

  @Controller()
  class SetupController {
    constructor(@Inject(SetupService) private readonly setup: SetupService) {}

    @Handles(execute)
    async execute({ caller }: ActionRequest<object>): Promise<void> {
      await this.setup.execute(caller.account, step);
    }

    @Handles(getAsyncStatus)
    status({ caller }: ActionRequest<object>): Promise<AsyncResult> {
      return this.setup.status(caller.account, step);
    }

    @Handles(isRequired)
    isRequired({ caller }: ActionRequest<object>): Promise<AsyncResult> {
      return this.setup.isRequired(caller.account, step);
    }

    @Handles(abort)
    abort({ caller }: ActionRequest<object>): Promise<void> {
      return this.setup.abort(caller.account, step);
    }

    @Handles(lastRun)
    lastRun({ caller }: ActionRequest<object>): Promise<LastRun> {
      return this.setup.lastRun(caller.account, step);
    }
  }
  return SetupController;
}

export const setupControllers = setupSteps.map(setupController);
