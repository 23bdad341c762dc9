import { Injectable } from '@nestjs/common';
import { Refund } from '@refundry/contracts';
import { Lane, resourceTable, RowOfKey } from '@refundry/persistence';
import type { Caller, JsonText } from '@refundry/resource';

const { columns } = resourceTable('refund', Refund, { reserve_id: 'reservation_id', diffrance: '(price - penalty)' });

/** Reads refunds. */
@Injectable()
export class RefundsReader {
  private readonly byReservation: RowOfKey<Refund>;

  constructor(lane: Lane) {
    this.byReservation = new RowOfKey(lane, Refund, `select ${columns.join(', ')} from refund where account_id = $1 and reservation_id = $2::int8`);
  }

  /** @throws Failure `not_found` */
  ofReservation(caller: Caller, reservation: number): Promise<JsonText<Refund>> {
    return this.byReservation.read({ caller }, String(reservation));
  }
}
