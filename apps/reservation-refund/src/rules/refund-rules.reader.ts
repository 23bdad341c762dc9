import { Injectable } from '@nestjs/common';
import { RefundRules } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, RowByKey } from '@refundry/persistence';
import { isDecimalId, type DetailRequest, type JsonText } from '@refundry/resource';
import { refundRulesTable } from './refund-rules.table.js';

/** Reads rule sets, as they are and as they were. */
@Injectable()
export class RefundRulesReader extends ResourceReader<RefundRules> {
  private readonly versions: RowByKey<RefundRules>;

  constructor(readPool: ReadPool) {
    super(readPool, RefundRules, refundRulesTable);
    this.versions = new RowByKey(
      readPool,
      RefundRules,
      `select ${refundRulesTable.columns.join(', ')} from refund_rules_version where account_id = $1 and id = $2::int8
        and version = $3::int8`,
    );
  }

  /** @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  override async row(request: DetailRequest): Promise<JsonText<RefundRules>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return super.row(request);
  }

  /** @throws Failure `not_found` */
  async version(request: DetailRequest): Promise<JsonText<RefundRules>> {
    const { within = '', key } = request;
    if (!isDecimalId(within) || !isDecimalId(key)) throw new Failure('not_found');
    return this.versions.read(request, within, key);
  }
}
