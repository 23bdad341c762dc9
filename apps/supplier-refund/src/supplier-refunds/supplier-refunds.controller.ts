import { Controller } from '@nestjs/common';
import {
  listSupplierRefunds,
  readRefundLine,
  readSupplierRefund,
  removeSupplierRefund,
  removeSupplierRefunds,
  replaceSupplierRefund,
  saveSupplierRefunds,
  updateSupplierRefund,
  type Identifiers,
  type RefundLine,
  type Removed,
  type Saved,
  type SupplierRefund,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { SupplierRefundsReader } from './supplier-refunds.reader.js';
import { SupplierRefundsService } from './supplier-refunds.service.js';

@Controller()
export class SupplierRefundsController {
  constructor(
    private readonly refunds: SupplierRefundsService,
    private readonly reader: SupplierRefundsReader,
  ) {}

  @Handles(listSupplierRefunds)
  list(request: ListRequest): Promise<Page<SupplierRefund>> {
    return this.reader.page(request);
  }

  @Handles(readSupplierRefund)
  detail(request: DetailRequest): Promise<JsonText<SupplierRefund>> {
    return this.reader.row(request);
  }

  @Handles(readRefundLine)
  line(request: DetailRequest): Promise<JsonText<RefundLine>> {
    return this.reader.line(request);
  }

  @Handles(saveSupplierRefunds)
  save(request: ActionRequest<readonly SupplierRefund[]>): Promise<Saved> {
    return this.refunds.save(request);
  }

  @Handles(replaceSupplierRefund)
  replace(request: ActionRequest<SupplierRefund>): Promise<JsonText<SupplierRefund>> {
    return this.refunds.replace(request);
  }

  @Handles(updateSupplierRefund)
  update(request: ActionRequest<Partial<SupplierRefund>>): Promise<JsonText<SupplierRefund>> {
    return this.refunds.update(request);
  }

  @Handles(removeSupplierRefund)
  remove(request: ActionRequest<object>): Promise<void> {
    return this.refunds.remove(request);
  }

  @Handles(removeSupplierRefunds)
  removeMany(request: ActionRequest<Identifiers>): Promise<Removed> {
    return this.refunds.removeMany(request);
  }
}
