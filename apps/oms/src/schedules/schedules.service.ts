import { Injectable } from '@nestjs/common';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import { scheduleDecisions, setupSteps, type Schedule, type SetupStep } from '@refundry/contracts';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { SchedulesRepository } from './schedules.repository.js';

/** How often a step runs when nobody has said otherwise, in seconds. */
const defaultIntervals: Readonly<Record<SetupStep, number>> = {
  customers: 900,
  channels: 3600,
  addresses: 86_400,
  'cancellation-reasons': 3600,
};

/** When each account's steps run by themselves. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly schedules: SchedulesRepository,
  ) {}

  /** Gives an account the ordinary schedules; those that it has stay as they are. */
  async begin(transaction: EntityManager, account: number): Promise<void> {
    const intervals = setupSteps.map((step) => ({ step, everySeconds: defaultIntervals[step] }));
    await this.schedules.addMissing(transaction, account, intervals);
  }

  /** @param everySeconds 0: never */
  async change(by: DecidedBy, step: SetupStep, everySeconds: number): Promise<void> {
    const { account } = by;
    await this.transactions.run({ account }, async (transaction) => {
      const former = await this.schedules.ofStep(transaction, account, step);
      await this.schedules.put(transaction, account, { step, everySeconds });
      await recordDecision(transaction, by, {
        action: scheduleDecisions.changed,
        subject: step,
        ...(former && { before: { every_seconds: former.everySeconds } }),
        after: { every_seconds: everySeconds },
      });
    });
  }

  async of(account: number): Promise<Schedule[]> {
    const rows = await this.transactions.run({ account }, (transaction) =>
      this.schedules.ofAccount(transaction, account),
    );
    return rows.map(({ step, everySeconds, nextDate }) => ({ step, every_seconds: everySeconds, next: nextDate }));
  }
}
