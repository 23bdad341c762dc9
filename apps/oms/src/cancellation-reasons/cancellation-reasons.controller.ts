import { Controller } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import { scopes } from '@refundry/auth';
import {
  getCancellationReason,
  listCancellationReasons,
  pullCancellationReasons,
  type CancellationReason,
  type PullOptions,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Handles } from '@refundry/messaging';
import { type ActionRequest, type DetailRequest, type JsonText, type ListRequest, type Page } from '@refundry/resource';
import { CancellationReasonsReader } from './cancellation-reasons.reader.js';
import { CancellationReasonsPull } from './cancellation-reasons.pull.js';

@Controller()
export class CancellationReasonsController {
  constructor(
    private readonly reasons: CancellationReasonsReader,
    private readonly pulls: CancellationReasonsPull,
  ) {}

  @Handles(listCancellationReasons)
  list(request: ListRequest): Promise<Page<CancellationReason>> {
    return this.reasons.page(request);
  }

  @Handles(getCancellationReason)
  detail(request: DetailRequest): Promise<JsonText<CancellationReason>> {
    return this.reasons.row(request);
  }

  @Handles(pullCancellationReasons)
  pull(request: ActionRequest<PullOptions>): Promise<void> {
    const { caller, requestId, input } = request;
    const isForced = input.force ?? false;
    if (isForced && !caller.scopes.includes(scopes.oms.manage)) throw new Failure('permission_denied');
    return this.pulls.run({ account: caller.account, forcedBy: isForced ? byCaller(request) : undefined, requestId });
  }
}
