import { Injectable } from '@nestjs/common';
import type { WaiverState } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import { WaiverRow } from './waiver.entity.js';

/** A waiver that is not yet in the table. */
export type NewWaiver = Omit<WaiverRow, 'account' | 'id' | 'decidedBy' | 'modifiedDate'>;

/** Reads and writes waivers, one at a time, in the caller's transaction; sets are SQL (`waivers.sql.ts`). */
@Injectable()
export class WaiversRepository {
  /** The reservation of a waiver, which never changes. */
  async reservationOf(transaction: EntityManager, account: number, id: number): Promise<number | undefined> {
    const found = await transaction.findOne(WaiverRow, {
      where: { account, id },
      select: { account: true, id: true, reservation: true },
    });
    return found?.reservation;
  }

  /** Locks it until the transaction ends. */
  lock(transaction: EntityManager, account: number, id: number): Promise<WaiverRow> {
    return transaction.findOneOrFail(WaiverRow, { where: { account, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** @returns the id */
  async add(transaction: EntityManager, account: number, waiver: NewWaiver): Promise<number> {
    const { identifiers } = await transaction.insert(WaiverRow, { account, ...waiver });
    return Number(identifiers[0]?.id);
  }

  async setState(
    transaction: EntityManager,
    { account, id }: Pick<WaiverRow, 'account' | 'id'>,
    status: WaiverState,
    decidedBy: string | null,
  ): Promise<void> {
    await transaction.update(
      WaiverRow,
      { account, id },
      { status, decidedBy, modifiedDate: () => 'clock_timestamp()' },
    );
  }
}
