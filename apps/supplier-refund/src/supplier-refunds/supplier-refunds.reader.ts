import { Injectable } from '@nestjs/common';
import { DetailedRefundLine, DetailedSupplierRefund, RefundLine, SupplierRefund } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { isWholeNumber, ReadPool, ResourceReader, RowByKey } from '@refundry/persistence';
import { type DetailRequest, type JsonText, type ListRequest, type Page } from '@refundry/resource';
import { detailedRefundTable, lineStatement, refundTable } from './supplier-refund.table.js';

/** Reads supplier refunds and their lines, as they are or with what is odd about them. */
@Injectable()
export class SupplierRefundsReader {
  private readonly plain: ResourceReader<SupplierRefund>;
  private readonly detailed: ResourceReader<SupplierRefund>;
  private readonly plainLine: RowByKey<RefundLine>;
  private readonly detailedLine: RowByKey<RefundLine>;

  constructor(readPool: ReadPool) {
    this.plain = new ResourceReader(readPool, SupplierRefund, refundTable);
    this.detailed = new ResourceReader<SupplierRefund>(readPool, DetailedSupplierRefund, detailedRefundTable);
    this.plainLine = new RowByKey(readPool, RefundLine, lineStatement(RefundLine));
    this.detailedLine = new RowByKey<RefundLine>(readPool, DetailedRefundLine, lineStatement(DetailedRefundLine));
  }

  page(request: ListRequest): Promise<Page<SupplierRefund>> {
    return (request.isDetailed ? this.detailed : this.plain).page(request);
  }

  row(request: DetailRequest): Promise<JsonText<SupplierRefund>> {
    return (request.isDetailed ? this.detailed : this.plain).row(request);
  }

  async line(request: DetailRequest): Promise<JsonText<RefundLine>> {
    const { within = '', key, isDetailed } = request;
    if (!isWholeNumber(key)) throw new Failure('not_found');
    return (isDetailed ? this.detailedLine : this.plainLine).read(request, within, key);
  }
}
