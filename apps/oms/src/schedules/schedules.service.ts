import { Injectable } from '@nestjs/common';
import { setupSteps, type Schedule, type SetupStep } from '@refundry/contracts';
import { ReadPool, Transactions } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** How often a step runs when nobody has said otherwise, in seconds. */
const defaultIntervals: Readonly<Record<SetupStep, number>> = {
  customers: 900,
  channels: 3600,
  addresses: 86_400,
  'cancellation-reasons': 3600,
};

/** Every tenth of an interval earlier or later, so that accounts that began together don't stay together. */
export const nextRun = (interval: string): string =>
  `clock_timestamp() + ${interval} * (0.9 + 0.2 * random()) * interval '1 s'`;

/** When each account's steps run by themselves. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly readPool: ReadPool,
  ) {}

  /** Gives an account the ordinary schedules; those that it has stay as they are. */
  async begin(transaction: EntityManager, account: number): Promise<void> {
    await transaction.query(
      `insert into sync_schedule (account_id, step, every_seconds, next_date)
       select $1, step, every, ${nextRun('every')} from unnest($2::text[], $3::integer[]) as ordinary(step, every)
       on conflict (account_id, step) do nothing`,
      [account, setupSteps, setupSteps.map((step) => defaultIntervals[step])],
    );
  }

  /** @param everySeconds 0: never */
  async change(account: number, step: SetupStep, everySeconds: number): Promise<void> {
    await this.transactions.run({ account }, (transaction) =>
      transaction.query(
        `insert into sync_schedule (account_id, step, every_seconds, next_date)
         values ($1, $2, $3::integer, case when $3 > 0 then ${nextRun('$3')} end)
         on conflict (account_id, step) do update
         set every_seconds = excluded.every_seconds, next_date = excluded.next_date`,
        [account, step, everySeconds],
      ),
    );
  }

  async of(account: number): Promise<Schedule[]> {
    const rows = await this.readPool.rows({
      account,
      text: 'select step, every_seconds, next_date from sync_schedule where account_id = $1 order by step',
      values: [],
      isPrepared: true,
    });
    return rows.map(([step, everySeconds, next]) => ({
      step: String(step),
      every_seconds: Number(everySeconds),
      next: next ? formatTimestamp(next) : null,
    }));
  }
}
