import { Controller } from '@nestjs/common';
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
  change({ input: { account, step, every_seconds: everySeconds } }: OperationRequest<ScheduleChange>): Promise<void> {
    return this.schedules.change(account, requireStep(step), everySeconds);
  }
}
