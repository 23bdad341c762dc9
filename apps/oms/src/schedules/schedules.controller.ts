import { Controller } from '@nestjs/common';
import { byOperator } from '@refundry/audit';
import {
  changeSchedule,
  listSchedules,
  type ScheduleChange,
  type Schedules,
  type SyncAccount,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { requireStep } from '../sync/require-step.js';
import { SchedulesService } from './schedules.service.js';

@Controller()
export class SchedulesController {
  constructor(private readonly schedules: SchedulesService) {}

  @Handles(listSchedules)
  async list({ input: { account } }: OperationRequest<SyncAccount>): Promise<Schedules> {
    return { schedules: await this.schedules.of(account) };
  }

  @Handles(changeSchedule)
  change(request: OperationRequest<ScheduleChange>): Promise<void> {
    const { account, step, every_seconds: everySeconds } = request.input;
    return this.schedules.change(byOperator(request, account), requireStep(step), everySeconds);
  }
}
