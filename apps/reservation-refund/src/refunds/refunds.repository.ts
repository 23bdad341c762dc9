import { Injectable } from '@nestjs/common';
import type { RefundState } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import { RefundRow } from './refund.entity.js';

/** A refund that is not yet in the table. */
export type NewRefund = Omit<RefundRow, 'account' | 'id' | 'status' | 'modifiedDate'>;

/** Reads and writes refunds, one at a time, in the caller's transaction; their passengers are SQL. */
@Injectable()
export class RefundsRepository {
  /** The id of the newest refund of a reservation. */
  async newestOf(transaction: EntityManager, account: number, reservation: number): Promise<number> {
    const { id } = await transaction.findOneOrFail(RefundRow, {
      where: { account, reservation },
      select: { account: true, id: true },
      order: { id: 'desc' },
    });
    return id;
  }

  /** Locks it until the transaction ends. */
  lock(
    transaction: EntityManager,
    account: number,
    id: number,
  ): Promise<Pick<RefundRow, 'status' | 'reservation' | 'requestedByKind' | 'requestedBy'> | null> {
    return transaction.findOne(RefundRow, {
      where: { account, id },
      select: {
        account: true,
        id: true,
        status: true,
        reservation: true,
        requestedByKind: true,
        requestedBy: true,
      },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** @returns the id */
  async add(transaction: EntityManager, account: number, refund: NewRefund): Promise<number> {
    const { identifiers } = await transaction.insert(RefundRow, { account, status: 'requested', ...refund });
    return Number(identifiers[0]?.id);
  }

  async setState(transaction: EntityManager, account: number, id: number, status: RefundState): Promise<void> {
    await transaction.update(RefundRow, { account, id }, { status, modifiedDate: () => 'clock_timestamp()' });
  }
}
