import { Injectable } from '@nestjs/common';
import {
  DetailedReservation,
  PassengerPrice,
  Reservation,
  type BookQuestion,
  type BookStatus,
  type ReservationStatus,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import {
  fieldsOf,
  isDecimalId,
  type DetailRequest,
  type JsonText,
  type ListRequest,
  type Page,
} from '@refundry/resource';

/** The prices of passengers as a `ListField` reads them. */
const passengerPrices = `(
  select json_agg(json_build_array(${fieldsOf(PassengerPrice)
    .map(({ name }) => `one.value ->> '${name}'`)
    .join(', ')}) order by one.place)
  from jsonb_array_elements(passenger_prices) with ordinality one(value, place))`;
const detailedTable = resourceTable('reservation', DetailedReservation, { passenger_prices: passengerPrices });

/** Reads reservations. */
@Injectable()
export class ReservationsReader extends ResourceReader<Reservation> {
  private readonly detailed: ResourceReader<Reservation>;

  constructor(private readonly statuses: ReadPool) {
    super(statuses, Reservation, resourceTable('reservation', Reservation));
    this.detailed = new ResourceReader<Reservation>(statuses, DetailedReservation, detailedTable);
  }

  override page(request: ListRequest): Promise<Page<Reservation>> {
    return request.isDetailed ? this.detailed.page(request) : super.page(request);
  }

  /** @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  override async row(request: DetailRequest): Promise<JsonText<Reservation>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return request.isDetailed ? this.detailed.row(request) : super.row(request);
  }

  /** @throws Failure `unknown_reservation`, `ambiguous_pnr` */
  async bookStatus(account: number, { local_pnr: localPnr }: BookQuestion): Promise<BookStatus> {
    const [found, other] = await this.statuses.rows({
      account,
      text: `select status, local_pnr, original_pnr, number from reservation where account_id = $1
        and local_pnr_key = pnr_key($2::text) limit 2`,
      values: [localPnr],
      isPrepared: true,
    });
    if (!found) throw new Failure('unknown_reservation');
    if (other) throw new Failure('ambiguous_pnr');
    const [status, local, original = null, number = null] = found;
    return { status: status as ReservationStatus, pnr: { local: String(local), original, number } };
  }
}
