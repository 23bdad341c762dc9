import { Injectable } from '@nestjs/common';
import { RefundRulesDraft } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import { isDecimalId, type DetailRequest, type JsonText } from '@refundry/resource';

/** Reads drafts of rules. */
@Injectable()
export class RulesDraftsReader extends ResourceReader<RefundRulesDraft> {
  constructor(readPool: ReadPool) {
    super(readPool, RefundRulesDraft, resourceTable('refund_rules_draft', RefundRulesDraft));
  }

  /** @throws Failure `unknown_row`, also for an id that is spelled in another way than ours */
  override async row(request: DetailRequest): Promise<JsonText<RefundRulesDraft>> {
    if (!isDecimalId(request.key)) throw new Failure('unknown_row');
    return super.row(request);
  }
}
