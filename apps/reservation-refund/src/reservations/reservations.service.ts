import { Injectable } from '@nestjs/common';
import type { DetailedReservation } from '@refundry/contracts';
import { invalid, wrongState, type FieldErrors } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { isDecimalId, normalReserveId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { movesFrom } from '../refunds/refund-state.js';
import { countRefundedPassengers, newestLiveRefund } from '../refunds/refund-passengers.sql.js';
import {
  insertReservation,
  lockToCompare,
  replaceReservation,
  reservationValues,
  type KnownReservation,
} from './reservations.sql.js';
import { withInstants } from './time-zone.js';

/** It is saved again when another request has inserted it since it was looked for. */
const attempts = 3;

/** Keeps the reservations that clients tell of. */
@Injectable()
export class ReservationsService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * The row is locked before it is written: a statement that may write takes the account's lock of stamps, and a
   * transaction that waits for a row must not hold that (docs/adr/0036). Unchanged it isn't written, so that
   * `modified_date` says when something changed.
   *
   * @throws Failure `invalid`; `wrong_state` for one that is given back and is said to be in another state, and for
   * other prices of one that is given back in part
   */
  async save({ caller: { account }, key, input }: ActionRequest<DetailedReservation>): Promise<void> {
    const id = Number(key);
    if (!isDecimalId(key) || !Number.isSafeInteger(id)) throw invalid({ id: ['A valid integer is required.'] });
    refuseBlankPnrs(input);
    const reservation = withInstants(input);
    const values = reservationValues(account, id, reservation);
    await this.transactions.run({ account, attempts }, async (transaction) => {
      const known = await lockToCompare(transaction, values);
      if (!known) return insertReservation(transaction, values);
      if (known.isRepriced || reservation.status !== 'refund')
        await refuseWhileRefunded(transaction, { account, reservation: id }, { ...known, status: reservation.status });
      if (known.differs) await replaceReservation(transaction, values);
    });
  }
}

/** The status of one that is given back follows from its refunds, and the shares of the others from its prices. */
async function refuseWhileRefunded(
  transaction: EntityManager,
  place: { readonly account: number; readonly reservation: number },
  { status, isRepriced, passengers }: Pick<DetailedReservation, 'status'> & KnownReservation,
): Promise<void> {
  const refund = await newestLiveRefund(transaction, place);
  if (!refund) return;
  const isPart = (await countRefundedPassengers(transaction, place)) < passengers;
  if (isPart ? isRepriced : status !== 'refund')
    throw wrongState({ of: 'refund', state: refund.status, possible: movesFrom(refund.status) });
}

/** A PNR of invisible characters only would be found by no name. */
function refuseBlankPnrs({ local_pnr: local, original_pnr: original }: DetailedReservation): void {
  const errors: Record<string, FieldErrors> = {};
  for (const [name, pnr] of Object.entries({ local_pnr: local, original_pnr: original }))
    if (typeof pnr === 'string' && normalReserveId(pnr) === '') errors[name] = ['This field may not be blank.'];
  if (Object.keys(errors).length > 0) throw invalid(errors);
}
