import { Controller } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import {
  approveRefund,
  listRefunds,
  markRefundFailed,
  markRefundPaid,
  readRefundStatus,
  rejectRefund,
  requestRefund,
  type Refund,
  type RefundRequest,
  type RefundState,
  type RefundStatusQuestion,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, JsonText, ListRequest, Page } from '@refundry/resource';
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
    return this.reader.ofReservation(request.caller, await this.refunds.request(request));
  }

  @Handles(readRefundStatus)
  async status({ caller, input }: ActionRequest<RefundStatusQuestion>): Promise<JsonText<Refund>> {
    const { id } = await this.reservations.find(caller, input.reserve_id);
    return this.reader.ofReservation(caller, id).catch(orUnknown('unknown_refund'));
  }

  @Handles(listRefunds)
  list(request: ListRequest): Promise<Page<Refund>> {
    return this.reader.page(request);
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
    return this.reader.ofReservation(request.caller, await this.refunds.move(byCaller(request), request.key, to));
  }
}
