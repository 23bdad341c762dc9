import { arrayLiteral, inShards, type ReadPool } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';

/** SQL of a tenth of an interval earlier or later, so that accounts that began together don't stay together. */
export const nextRun = (interval: string): string =>
  `clock_timestamp() + ${interval} * (0.9 + 0.2 * random()) * interval '1 s'`;

/** A schedule whose run is due. */
export interface DueSchedule {
  readonly account: number;
  readonly step: string;
  readonly dueDate: string;
}

interface DueOptions {
  readonly shards: readonly number[];
  readonly last: DueSchedule | undefined;
  readonly pageSize: number;
}

/** The next of those that are due, of the accounts of these shards. */
export async function dueAfter(readPool: ReadPool, { shards, last, pageSize }: DueOptions): Promise<DueSchedule[]> {
  const rows = await readPool.rows({
    account: 'any',
    text: `select account_id, step, next_date from sync_schedule where next_date <= statement_timestamp()
             and ${inShards('$1')}
             and (next_date, account_id, step) > ($2::timestamptz, $3::int8, $4) order by next_date, account_id, step
               limit ${pageSize}`,
    values: [arrayLiteral(shards), last?.dueDate ?? '-infinity', last?.account ?? 0, last?.step ?? ''],
    isPrepared: true,
    isAdhoc: true,
  });
  return rows.map(([account, step, dueDate]) => ({
    account: Number(account),
    step: String(step),
    dueDate: String(dueDate),
  }));
}

/** Moves a schedule on to its next run. @returns false where it isn't due any more, or another transaction has it */
export async function moveOn(transaction: EntityManager, { account, step }: DueSchedule): Promise<boolean> {
  const [moved] = await transaction.query<[unknown[], number]>(
    `update sync_schedule set next_date = ${nextRun('every_seconds')} where (account_id, step) in (
       select account_id, step from sync_schedule where account_id = $1 and step = $2
         and next_date <= clock_timestamp() for update skip locked) returning 1`,
    [account, step],
  );
  return moved.length > 0;
}
