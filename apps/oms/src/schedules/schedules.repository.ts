import { Injectable } from '@nestjs/common';
import type { SetupStep } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';
import { nextRun } from './due-schedules.sql.js';
import { ScheduleRow } from './schedule.entity.js';

type Interval = Pick<ScheduleRow, 'step' | 'everySeconds'>;

/** Reads and writes the schedules of an account, in the caller's transaction. */
@Injectable()
export class SchedulesRepository {
  /** In the order of their steps. */
  ofAccount(transaction: EntityManager, account: number): Promise<ScheduleRow[]> {
    return transaction.find(ScheduleRow, { where: { account }, order: { step: 'asc' } });
  }

  /** Those that the account has stay as they are. */
  async addMissing(transaction: EntityManager, account: number, intervals: readonly Interval[]): Promise<void> {
    const insertion = transaction.createQueryBuilder().insert().into(ScheduleRow);
    await insertion
      .values(intervals.map((interval) => valuesOf(account, interval)))
      .orIgnore()
      .execute();
  }

  ofStep(transaction: EntityManager, account: number, step: SetupStep): Promise<ScheduleRow | null> {
    return transaction.findOneBy(ScheduleRow, { account, step });
  }

  async put(transaction: EntityManager, account: number, interval: Interval): Promise<void> {
    const insertion = transaction.createQueryBuilder().insert().into(ScheduleRow);
    await insertion
      .values(valuesOf(account, interval))
      .orUpdate(['every_seconds', 'next_date'], ['account_id', 'step'])
      .execute();
  }
}

const valuesOf = (account: number, { step, everySeconds }: Interval) => ({
  account,
  step,
  everySeconds,
  nextDate: everySeconds > 0 ? () => nextRun(String(everySeconds)) : null,
});
