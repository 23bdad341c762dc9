import { Injectable } from '@nestjs/common';
import { Refund } from '@refundry/contracts';
import { ReadPool, ResourceReader, resourceTable, RowByKey } from '@refundry/persistence';
import type { Caller, JsonText } from '@refundry/resource';

const refundTable = resourceTable('refund', Refund, { reserve_id: 'reservation_id', diffrance: '(price - penalty)' });

/** Reads refunds. */
@Injectable()
export class RefundsReader extends ResourceReader<Refund> {
  private readonly byReservation: RowByKey<Refund>;

  constructor(readPool: ReadPool) {
    super(readPool, Refund, refundTable);
    const byReservation = `select ${refundTable.columns.join(', ')} from refund where account_id = $1
      and reservation_id = $2::int8`;
    this.byReservation = new RowByKey(readPool, Refund, byReservation);
  }

  /** @throws Failure `not_found` */
  ofReservation(caller: Caller, reservation: number): Promise<JsonText<Refund>> {
    return this.byReservation.read({ caller }, String(reservation));
  }
}
