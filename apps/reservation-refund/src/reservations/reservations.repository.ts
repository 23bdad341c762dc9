import { Injectable } from '@nestjs/common';
import type { ReservationStatus } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import { ReservationRow } from './reservation.entity.js';

/** Has the row stamped, which fails where no trigger does it (docs/adr/0036). */
const stamped = { modifiedDate: () => 'null' };

/** Locks a reservation and sets its status, in the caller's transaction; saving is SQL (`reservations.sql.ts`). */
@Injectable()
export class ReservationsRepository {
  /** Locks the row until the transaction ends, and reads nothing. */
  async lock(transaction: EntityManager, account: number, id: number): Promise<void> {
    await transaction.findOne(ReservationRow, {
      where: { account, id },
      select: { account: true, id: true },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /**
   * The row must be locked already: the statement takes the account's lock of stamps before it reaches the row
   * (docs/adr/0036). It comes last, so that others wait for as little as possible.
   */
  async setStatus(transaction: EntityManager, account: number, id: number, status: ReservationStatus): Promise<void> {
    await transaction.update(ReservationRow, { account, id }, { status, ...stamped });
  }

  /** Somebody of one that was given back is left again; any other stays as it is. The row must be locked already. */
  async confirmAgain(transaction: EntityManager, account: number, id: number): Promise<void> {
    await transaction.update(ReservationRow, { account, id, status: 'refund' }, { status: 'confirmed', ...stamped });
  }
}
