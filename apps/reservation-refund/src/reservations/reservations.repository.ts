import { Injectable } from '@nestjs/common';
import type { ReservationStatus } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import { ReservationRow } from './reservation.entity.js';

/** A reservation as clients tell of it. */
export type ToldReservation = Omit<
  ReservationRow,
  'account' | 'localPnrKey' | 'originalPnrKey' | 'createdDate' | 'modifiedDate'
>;

/** Has the row stamped, which fails where no trigger does it (docs/adr/0036). */
const stamped = { modifiedDate: () => 'null' };

/** Reads and writes reservations, one at a time, in the caller's transaction. */
@Injectable()
export class ReservationsRepository {
  /** Locks the row until the transaction ends. @returns it as it was found behind the lock */
  lockToChange(transaction: EntityManager, account: number, id: number): Promise<ToldReservation | null> {
    return transaction.findOne(ReservationRow, { where: { account, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** As `lockToChange`, and reads nothing. */
  async lock(transaction: EntityManager, account: number, id: number): Promise<void> {
    await transaction.findOne(ReservationRow, {
      where: { account, id },
      select: { account: true, id: true },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async add(transaction: EntityManager, account: number, reservation: ToldReservation): Promise<void> {
    await transaction.insert(ReservationRow, { account, ...reservation });
  }

  /**
   * The row must be locked already: the statement takes the account's lock of stamps before it reaches the row
   * (docs/adr/0036).
   */
  async replace(transaction: EntityManager, account: number, { id, ...values }: ToldReservation): Promise<void> {
    await transaction.update(ReservationRow, { account, id }, { ...values, ...stamped });
  }

  /** Locked already, as for `replace`. It comes last, so that others wait for as little as possible. */
  async setStatus(transaction: EntityManager, account: number, id: number, status: ReservationStatus): Promise<void> {
    await transaction.update(ReservationRow, { account, id }, { status, ...stamped });
  }
}
