import { Controller, Inject, type Type } from '@nestjs/common';
import { Handles } from '@refundry/messaging';
import type { OperationRequest } from '@refundry/resource';
import { FailedEventsService } from './failed-events.service.js';
import {
  inboxOperations,
  type FailedEvents,
  type FailedEventsSelection,
  type RetriedEvents,
  type RetryOrder,
} from './inbox-operations.js';

/** The controller of the operators' operations on a service's inbox. */
export function inboxController(service: string): Type {
  const operations = inboxOperations(service);

  @Controller()
  class InboxController {
    constructor(@Inject(FailedEventsService) private readonly failed: FailedEventsService) {}

    @Handles(operations.listFailed)
    async listFailed({ input: { account } }: OperationRequest<FailedEventsSelection>): Promise<FailedEvents> {
      return { events: await this.failed.list(account) };
    }

    @Handles(operations.retry)
    async retry({ input }: OperationRequest<RetryOrder>): Promise<RetriedEvents> {
      return { retried: await this.failed.retry(input) };
    }
  }
  return InboxController;
}
