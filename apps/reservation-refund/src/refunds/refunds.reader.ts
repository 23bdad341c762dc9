import { Injectable } from '@nestjs/common';
import { ItemisedRefund, PassengerShare, Refund, RefundsOfReservation } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import type { ListTable } from '@refundry/pagination';
import { ReadPool, ResourceReader, resourceTable, RowByKey } from '@refundry/persistence';
import { fieldsOf, isDecimalId, type Caller, type Class, type DetailRequest, type JsonText } from '@refundry/resource';

/** So many of a reservation's refunds are shown beside the newest. */
const maxListed = 100;

const columns = { reserve_id: 'reservation_id', diffrance: '(price - penalty)' };
const refundTable = resourceTable('refund', Refund, columns);
const items = 'from refund_passenger item where item.account_id = refund.account_id and item.refund_id = refund.id';
const itemColumns = { ...columns, waived: 'nullif(waived, 0)' };
const itemisedColumns = {
  ...columns,
  waived: 'nullif(waived, 0)',
  passenger_ids: `(select json_agg(passenger order by passenger) ${items})`,
  breakdown: `(select json_agg(${rowOf(PassengerShare, itemColumns)} order by passenger) ${items})`,
};
const itemisedTable = resourceTable('refund', ItemisedRefund, itemisedColumns);
const newestTable = resourceTable('refund', RefundsOfReservation, {
  ...itemisedColumns,
  refunds: `(
    select json_agg(${rowOf(Refund)} order by id desc) from (
      select * from refund other where other.account_id = refund.account_id
        and other.reservation_id = refund.reservation_id order by id desc limit ${maxListed}
    ) newest
  )`,
});

/** SQL of a row as a `ListField` reads it: an array of texts for the fields of the class. */
function rowOf(of: Class, columnsOf: Readonly<Record<string, string>> = columns): string {
  const columnOf = new Map(Object.entries(columnsOf));
  const texts = fieldsOf(of).map((field) => `${field.select(columnOf.get(field.name) ?? field.name)}::text`);
  return `json_build_array(${texts.join(', ')})`;
}

const newestOfReservation = (table: ListTable): string =>
  `select ${table.columns.join(', ')} from refund where account_id = $1 and reservation_id = $2::int8
    order by id desc limit 1`;

/** Reads refunds. */
@Injectable()
export class RefundsReader extends ResourceReader<Refund> {
  private readonly itemisedRows: ResourceReader<ItemisedRefund>;
  private readonly newest: RowByKey<Refund>;
  private readonly newestWithOthers: RowByKey<Refund>;

  constructor(readPool: ReadPool) {
    super(readPool, Refund, refundTable);
    this.itemisedRows = new ResourceReader(readPool, ItemisedRefund, itemisedTable);
    this.newest = new RowByKey(readPool, Refund, newestOfReservation(refundTable));
    this.newestWithOthers = new RowByKey<Refund>(readPool, RefundsOfReservation, newestOfReservation(newestTable));
  }

  /** With its passengers. @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  async itemised(request: DetailRequest): Promise<JsonText<ItemisedRefund>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return this.itemisedRows.row(request);
  }

  /** The newest of a reservation, in detail beside the others. @throws Failure `not_found` */
  ofReservation(caller: Caller, reservation: number, isDetailed = false): Promise<JsonText<Refund>> {
    return (isDetailed ? this.newestWithOthers : this.newest).read({ caller }, String(reservation));
  }
}
