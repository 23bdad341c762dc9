import { Injectable } from '@nestjs/common';
import type { Reservation } from '@refundry/contracts';
import { invalid, wrongState, type FieldErrors } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { isDecimalId, normalReserveId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { movesFrom } from '../refunds/refund-state.js';
import { RefundsRepository } from '../refunds/refunds.repository.js';
import { insertReservation, lockToCompare, replaceReservation, reservationValues } from './reservations.sql.js';
import { withInstants } from './time-zone.js';

/** It is saved again when another request has inserted it since it was looked for. */
const attempts = 3;

/** Keeps the reservations that clients tell of. */
@Injectable()
export class ReservationsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly refunds: RefundsRepository,
  ) {}

  /**
   * The row is locked before it is written: a statement that may write takes the account's lock of stamps, and a
   * transaction that waits for a row must not hold that (docs/adr/0036). Unchanged it isn't written, so that
   * `modified_date` says when something changed.
   *
   * @throws Failure `invalid`, `wrong_state` for one that is being given back and is said to be in another state
   */
  async save({ caller: { account }, key, input }: ActionRequest<Reservation>): Promise<void> {
    const id = Number(key);
    if (!isDecimalId(key) || !Number.isSafeInteger(id)) throw invalid({ id: ['A valid integer is required.'] });
    refuseBlankPnrs(input);
    const reservation = withInstants(input);
    const values = reservationValues(account, id, reservation);
    await this.transactions.run({ account, attempts }, async (transaction) => {
      const differs = await lockToCompare(transaction, values);
      const isThere = differs !== undefined;
      if (isThere && reservation.status !== 'refund') await this.refuseWhileRefunded(transaction, account, id);
      if (!isThere) await insertReservation(transaction, values);
      else if (differs) await replaceReservation(transaction, values);
    });
  }

  private async refuseWhileRefunded(transaction: EntityManager, account: number, id: number): Promise<void> {
    const state = await this.refunds.liveStateOf(transaction, account, id);
    if (state) throw wrongState({ of: 'refund', state, possible: movesFrom(state) });
  }
}

/** A PNR of invisible characters only would be found by no name. */
function refuseBlankPnrs({ local_pnr: local, original_pnr: original }: Reservation): void {
  const errors: Record<string, FieldErrors> = {};
  for (const [name, pnr] of Object.entries({ local_pnr: local, original_pnr: original }))
    if (typeof pnr === 'string' && normalReserveId(pnr) === '') errors[name] = ['This field may not be blank.'];
  if (Object.keys(errors).length > 0) throw invalid(errors);
}
