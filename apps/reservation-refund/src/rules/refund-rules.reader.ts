import { Injectable } from '@nestjs/common';
import { DetailedRefundRules, RefundRules } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, RowByKey } from '@refundry/persistence';
import { isDecimalId, type DetailRequest, type JsonText, type ListRequest, type Page } from '@refundry/resource';
import { detailedRulesTable, refundRulesTable } from './refund-rules.table.js';

const versionStatement = ({ columns }: typeof refundRulesTable): string =>
  `select ${columns.join(', ')} from refund_rules_version where account_id = $1 and id = $2::int8
    and version = $3::int8`;

/** Reads rule sets, as they are and as they were. */
@Injectable()
export class RefundRulesReader {
  private readonly plain: ResourceReader<RefundRules>;
  private readonly detailed: ResourceReader<RefundRules>;
  private readonly plainVersion: RowByKey<RefundRules>;
  private readonly detailedVersion: RowByKey<RefundRules>;

  constructor(readPool: ReadPool) {
    this.plain = new ResourceReader(readPool, RefundRules, refundRulesTable);
    this.detailed = new ResourceReader<RefundRules>(readPool, DetailedRefundRules, detailedRulesTable);
    this.plainVersion = new RowByKey(readPool, RefundRules, versionStatement(refundRulesTable));
    this.detailedVersion = new RowByKey<RefundRules>(
      readPool,
      DetailedRefundRules,
      versionStatement(detailedRulesTable),
    );
  }

  page(request: ListRequest): Promise<Page<RefundRules>> {
    return (request.isDetailed ? this.detailed : this.plain).page(request);
  }

  /** @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  async row(request: DetailRequest): Promise<JsonText<RefundRules>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return (request.isDetailed ? this.detailed : this.plain).row(request);
  }

  /** @throws Failure `not_found` */
  async version(request: DetailRequest): Promise<JsonText<RefundRules>> {
    const { within = '', key, isDetailed } = request;
    if (!isDecimalId(within) || !isDecimalId(key)) throw new Failure('not_found');
    return (isDetailed ? this.detailedVersion : this.plainVersion).read(request, within, key);
  }
}
