import { Controller } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import {
  approveRefund,
  listRefunds,
  markRefundFailed,
  markRefundPaid,
  readRefund,
  readRefundStatus,
  rejectRefund,
  requestRefund,
  withdrawRefund,
  type ItemisedRefund,
  type Refund,
  type RefundRequest,
  type RefundState,
  type RefundStatusQuestion,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { ReservationLookup } from '../reservations/reservation-lookup.js';
import { orUnknown } from '../unknown-row.js';
import { RefundsReader } from './refunds.reader.js';
import { RefundsService } from './refunds.service.js';

@Controller()
export class RefundsController {
  constructor(
    private readonly refunds: RefundsService,
    private readonly reader: RefundsReader,
    private readonly reservations: ReservationLookup,
  ) {}

  @Handles(requestRefund)
  async request(request: ActionRequest<RefundRequest>): Promise<JsonText<Refund>> {
    const refund = { ...request, key: String(await this.refunds.request(request)) };
    return request.isDetailed ? this.reader.itemised(refund) : this.reader.row(refund);
  }

  @Handles(readRefundStatus)
  async status({ caller, input, isDetailed }: ActionRequest<RefundStatusQuestion>): Promise<JsonText<Refund>> {
    const { id } = await this.reservations.find(caller, input.reserve_id);
    return this.reader.ofReservation(caller, id, isDetailed).catch(orUnknown('unknown_refund'));
  }

  @Handles(listRefunds)
  list(request: ListRequest): Promise<Page<Refund>> {
    return this.reader.page(request);
  }

  @Handles(readRefund)
  detail(request: DetailRequest): Promise<JsonText<ItemisedRefund>> {
    return this.reader.itemised(request).catch(orUnknown('unknown_refund'));
  }

  @Handles(withdrawRefund)
  withdraw(request: ActionRequest<object>): Promise<JsonText<Refund>> {
    return this.moved(request, 'withdrawn');
  }

  @Handles(approveRefund)
  approve(request: ActionRequest<object>): Promise<JsonText<Refund>> {
    return this.moved(request, 'approved');
  }

  @Handles(rejectRefund)
  reject(request: ActionRequest<object>): Promise<JsonText<Refund>> {
    return this.moved(request, 'rejected');
  }

  @Handles(markRefundPaid)
  markPaid(request: ActionRequest<object>): Promise<JsonText<Refund>> {
    return this.moved(request, 'paid');
  }

  @Handles(markRefundFailed)
  markFailed(request: ActionRequest<object>): Promise<JsonText<Refund>> {
    return this.moved(request, 'failed');
  }

  private async moved(request: ActionRequest<object>, to: RefundState): Promise<JsonText<Refund>> {
    await this.refunds.move(byCaller(request), request.key, to);
    return this.reader.row(request);
  }
}
