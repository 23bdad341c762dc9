import { Injectable } from '@nestjs/common';
import { Reservation, type BookQuestion, type BookStatus, type ReservationStatus } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import { isDecimalId, type DetailRequest, type JsonText } from '@refundry/resource';

/** Reads reservations. */
@Injectable()
export class ReservationsReader extends ResourceReader<Reservation> {
  constructor(private readonly statuses: ReadPool) {
    super(statuses, Reservation, resourceTable('reservation', Reservation));
  }

  /** @throws Failure `not_found`, also for an id that is spelled in another way than ours */
  override async row(request: DetailRequest): Promise<JsonText<Reservation>> {
    if (!isDecimalId(request.key)) throw new Failure('not_found');
    return super.row(request);
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
